-- owner: calls

-- A call out of records that tell only how many there were: its day is made up by a stated rule. The desk never sets it.
alter table call add column synthetic_date boolean not null default false;
-- Of the day's dials those whose day is made up.
alter table call_day add column synthetic int not null default 0;

create or replace view call_fact as
  select c.id, c.occurred_on, c.centre_id, c.group_id, c.agent_id, c.lead_id, c.batch_id, c.product_id, c.customer_id, c.phone_id,
    c.direction, c.why, c.cold, c.band, c.attempt, c.dialled_at, c.answered_at, c.ended_at, c.wrapped_at, c.ring_seconds,
    c.talk_seconds, c.wrap_seconds, c.line_result,
    coalesce((select x.after from call_correction x where x.call_id = c.id and x.field = 'outcome'
      order by x.at desc, x.id desc limit 1), c.outcome) as outcome,
    c.outcome as outcome_first, c.measured_by, c.recording, c.disclosures, c.synthetic_date
  from call c;
create or replace view call_sum as
  select agent_id, day, batch_id, centre_id, group_id, dials, connected, effective, refusals, callbacks, inbound, ring_seconds,
    talk_seconds, wrap_seconds, synthetic
  from call_day;
