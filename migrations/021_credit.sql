-- owner: platform

-- Facts that nobody may change unseen, one chain a centre: each hash is SHA-256 over the hash before it, the number and
-- the text. Bodies hold ids and figures, no name, no number of a telephone and no free text.
create table chain_entry (
  centre_id uuid not null references centre,
  seq bigint not null check (seq > 0),
  kind text not null,
  -- What the fact is about, and the row that it is.
  subject_id uuid not null,
  fact_id uuid not null,
  occurred_on date not null,
  at timestamptz not null,
  body text not null,
  prev bytea not null,
  hash bytea not null,
  primary key (centre_id, seq)
);
create index chain_entry_subject on chain_entry (subject_id, seq);
-- Each fact stands in the chain once.
create unique index chain_entry_fact on chain_entry (fact_id, kind);
-- Where a centre's chain ends. Its row is the lock under which links are added, held for the last statement of a command.
create table chain_tip (
  centre_id uuid primary key references centre,
  seq bigint not null default 0,
  hash bytea not null default decode(repeat('00', 32), 'hex')
);
-- The end of each day, sealed in the night by HMAC with a key outside the database.
create table chain_head (
  centre_id uuid not null references centre,
  day date not null,
  seq bigint not null,
  hash bytea not null,
  hmac bytea not null,
  made_at timestamptz not null,
  primary key (centre_id, day)
);

-- Adds links to a centre's chain, in the order given.
create function chain_append(of_centre uuid, given jsonb) returns void language plpgsql as $$
declare
  one jsonb;
  n bigint;
  last bytea;
  fresh bytea;
begin
  insert into chain_tip (centre_id) values (of_centre) on conflict do nothing;
  select seq, hash into n, last from chain_tip where centre_id = of_centre for update;
  for one in select * from jsonb_array_elements(given) loop
    n := n + 1;
    fresh := sha256(last || int8send(n) || convert_to(one ->> 'body', 'UTF8'));
    insert into chain_entry (centre_id, seq, kind, subject_id, fact_id, occurred_on, at, body, prev, hash)
    values (of_centre, n, one ->> 'kind', (one ->> 'subject')::uuid, (one ->> 'fact')::uuid, (one ->> 'on')::date,
      (one ->> 'at')::timestamptz, one ->> 'body', last, fresh);
    last := fresh;
  end loop;
  update chain_tip set seq = n, hash = last where centre_id = of_centre;
end $$;

create view chain_line as
  select centre_id, seq, kind, subject_id, fact_id, occurred_on, at, body::jsonb as body, encode(hash, 'hex') as hash
  from chain_entry;
-- What goes into the signed report of a day.
create view chain_head_of_day as
  select centre_id, day, seq, encode(hash, 'hex') as hash, encode(hmac, 'hex') as hmac, made_at from chain_head;

-- owner: sales

-- agent_id and group_id stay what they were at the desk. Where a correction gave the result to somebody else, he and his
-- group stand beside them. weight: how much of the case counts in any figure, 0 to 1.
alter table sale add column credited_agent_id uuid, add column credited_group_id uuid,
  add column weight numeric not null default 1 check (weight between 0 and 1);
create index sale_credited on sale (credited_agent_id, accepted_on desc) where credited_agent_id is not null;
create index sale_credited_group on sale (credited_group_id, accepted_on desc) where credited_group_id is not null;

-- agent_id and group_id are those whose result it is; seller_ are those of the desk.
create or replace view sale_fact as
  select id, centre_id, application_no, coalesce(credited_agent_id, agent_id) as agent_id,
    case when credited_agent_id is null then group_id else credited_group_id end as group_id, lead_id, batch_id, customer_id,
    call_id, product_id, pay_way, raw_premium, annual_premium, standard_premium, currency, state, accepted_at, accepted_on,
    issued_on, cancelled_on, agent_id as seller_id, group_id as seller_group_id, weight
  from sale;
-- Each entry of a case: the state, the day from which it holds, and when it was entered.
create view sale_step as
  select id, sale_id, centre_id, state, occurred_on, recorded_at, source, takes_back from sale_event;

-- Entries from before there was a chain stand at its beginning, in the order in which they were made.
select chain_append(c.id, (
  select jsonb_agg(jsonb_build_object('kind', 'sale.opening', 'subject', e.sale_id, 'fact', e.id, 'on', e.occurred_on,
    'at', e.recorded_at, 'body', jsonb_build_object('kind', 'sale.opening', 'subject', e.sale_id, 'fact', e.id,
      'on', e.occurred_on, 'at', e.recorded_at, 'agent', s.agent_id, 'group', s.group_id, 'weight', '1',
      'state', e.state, 'raw', s.raw_premium::text, 'annual', s.annual_premium::text,
      'standard', s.standard_premium::text)::text) order by e.id)
  from sale_event e join sale s on s.id = e.sale_id where e.centre_id = c.id))
from centre c where exists (select from sale_event e where e.centre_id = c.id);

-- owner: credit

-- The chain's facts of cases, as columns.
create view credit_entry as
  select centre_id, seq, kind, subject_id as sale_id, fact_id, occurred_on, at,
    (body ->> 'agent')::uuid as agent_id, (body ->> 'group')::uuid as group_id, (body ->> 'weight')::numeric as weight,
    body ->> 'state' as state, (body ->> 'raw')::numeric as raw, (body ->> 'annual')::numeric as annual,
    (body ->> 'standard')::numeric as standard, hash
  from chain_line where starts_with(kind, 'sale.');

-- That a case's result goes to somebody else: asked with a reason, done by the approvals of several people.
create table credit_request (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  sale_id uuid not null,
  from_agent_id uuid not null,
  from_group_id uuid,
  to_agent_id uuid not null,
  to_group_id uuid,
  reason text not null,
  asked_by uuid not null,
  asked_at timestamptz not null,
  asked_on date not null,
  state text not null default 'open' check (state in ('open', 'done', 'refused', 'withdrawn')),
  closed_by uuid,
  closed_at timestamptz,
  closed_on date,
  closed_why text,
  version int not null default 1,
  check ((state = 'open') = (closed_at is null))
);
create unique index credit_request_open on credit_request (sale_id) where state = 'open';
create index credit_request_centre on credit_request (centre_id, asked_at desc);
create index credit_request_sale on credit_request (sale_id);
-- One row a person: two approvals are two people.
create table credit_approval (
  request_id uuid not null references credit_request,
  by_id uuid not null,
  at timestamptz not null,
  primary key (request_id, by_id)
);

-- Numbers of people of the house and of their families, by HMAC alone: own policies are found by them.
create table person_number (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  person_id uuid not null,
  hash bytea not null,
  masked text not null,
  relation text not null check (relation in ('self', 'spouse', 'parent', 'child')),
  added_by uuid not null,
  added_at timestamptz not null,
  removed_by uuid,
  removed_at timestamptz
);
create unique index person_number_once on person_number (person_id, hash) where removed_at is null;
create index person_number_hash on person_number (centre_id, hash) where removed_at is null;

-- A policy whose applicant is the seller, his family or a colleague: what was said, what was found, what was decided.
create table own_policy (
  sale_id uuid primary key,
  centre_id uuid not null references centre,
  kind text not null check (kind in ('self', 'colleague')),
  -- declared: said in the form; number, name: found.
  found_by text[] not null,
  -- Whose policy it is, as far as known; in a self policy the seller.
  person_id uuid,
  relation text check (relation in ('self', 'spouse', 'parent', 'child', 'colleague')),
  state text not null check (state in ('declared', 'suspected', 'confirmed', 'dismissed')),
  found_at timestamptz not null,
  found_on date not null,
  decided_by uuid,
  decided_at timestamptz,
  decided_why text,
  letter_id uuid,
  -- As its owner called the file.
  letter_name text,
  letter_by uuid,
  letter_at timestamptz,
  -- Watched from the day of acceptance to the anniversary of the month that the rulebook states.
  watch_until date,
  watch text not null default 'none' check (watch in ('none', 'open', 'kept', 'broken')),
  watch_ended_on date,
  version int not null default 1
);
create index own_policy_centre on own_policy (centre_id, found_at desc);
create index own_policy_watch on own_policy (centre_id) where watch = 'open';
-- What became of it, step by step: appended, never edited.
create table own_policy_step (
  id uuid primary key default uuidv7(),
  sale_id uuid not null references own_policy,
  centre_id uuid not null,
  what text not null check (what in ('declared', 'suspected', 'letter', 'confirmed', 'dismissed', 'kept', 'broken')),
  at timestamptz not null,
  by_id uuid not null,
  why text
);
create index own_policy_step_sale on own_policy_step (sale_id, id);

-- What the detectors found in a case, and what somebody who looked into it says.
create table credit_finding (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  kind text not null check (kind in ('otherVoice', 'movedAtMonthEnd', 'acrossMonths', 'enteredAgain', 'parked')),
  sale_id uuid not null,
  agent_id uuid not null,
  group_id uuid,
  found_on date not null,
  found_at timestamptz not null,
  facts jsonb not null,
  looked_by uuid,
  looked_at timestamptz,
  note text,
  unique (sale_id, kind)
);
create index credit_finding_centre on credit_finding (centre_id, found_at desc);
