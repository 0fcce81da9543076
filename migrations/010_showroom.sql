-- owner: leads

-- A deal that the manager let go ends the lead that it came from.
alter table lead drop constraint lead_closed_as_check;
alter table lead add constraint lead_closed_as_check check (closed_as in
  ('sale', 'refusal', 'invalid', 'planFinished', 'expired', 'doNotCall', 'superseded', 'lost'));

-- owner: arrivals

-- Where customers come from one by one: a web form, a partner's site, the telephone. Its key is kept as a hash.
create table arrival_source (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  -- Name of the folder in which its files are dropped.
  code text not null,
  name text not null,
  channel text not null check (channel in ('web', 'phone')),
  batch_id uuid not null,
  product_id uuid not null,
  group_id uuid not null,
  -- What customers agree to when they leave their number there: the evidence of each consent.
  consent_text text not null,
  key_hash bytea,
  key_hint text,
  key_made_at timestamptz,
  created_by uuid not null,
  created_at timestamptz not null,
  revoked_by uuid,
  revoked_at timestamptz,
  unique (centre_id, code)
);
create unique index arrival_source_key on arrival_source (key_hash) where key_hash is not null;

-- A customer who came, once per source and the source's own number for it. Appended, never edited.
create table arrival (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  source_id uuid not null references arrival_source,
  external_id text not null,
  via text not null check (via in ('post', 'file', 'hand')),
  arrived_at timestamptz not null,
  occurred_on date not null,
  recorded_at timestamptz not null,
  recorded_by uuid,
  -- lead: a new one; known: somebody who is being worked came again; doNotCall: may not be called, so nothing is kept.
  result text not null check (result in ('lead', 'known', 'doNotCall')),
  customer_id uuid,
  lead_id uuid,
  product_id uuid not null,
  group_id uuid not null,
  wants text not null default '',
  -- Until when the first dial is owed, by the rule in force; null where no rule asks.
  call_due timestamptz,
  version_id uuid,
  unique (source_id, external_id)
);
create index arrival_day on arrival (centre_id, occurred_on);
create index arrival_lead on arrival (lead_id);

-- Files that were dropped, by what is in them.
create table arrival_file (
  centre_id uuid not null references centre,
  source_id uuid not null references arrival_source,
  sha256 text not null,
  name text not null,
  results jsonb not null,
  at timestamptz not null,
  primary key (source_id, sha256)
);

-- The leads of the days before, shared out among a group's agents on one morning. [S2.1.4]
create table allocation (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  group_id uuid not null,
  day date not null,
  -- Arrivals of these days, both in it: since the last working day.
  from_on date not null,
  to_on date not null,
  state text not null check (state in ('proposed', 'confirmed')),
  proposed_at timestamptz not null,
  confirmed_by uuid,
  confirmed_at timestamptz,
  version_id uuid,
  version int not null default 1,
  unique (group_id, day)
);
-- What the proposal went by, for each agent who was there.
create table allocation_agent (
  allocation_id uuid not null references allocation,
  person_id uuid not null,
  load int not null,
  skill numeric not null,
  contacts int not null,
  -- Takes what arrives in the course of the day, in turn.
  in_turn boolean not null default true,
  primary key (allocation_id, person_id)
);
create table allocation_line (
  allocation_id uuid not null references allocation,
  lead_id uuid not null,
  arrival_id uuid not null references arrival,
  channel text not null,
  held_by uuid,
  proposed_to uuid,
  given_to uuid,
  adjusted_by uuid,
  adjusted_at timestamptz,
  primary key (allocation_id, lead_id)
);
create view arrival_fact as
  select a.id, a.centre_id, a.occurred_on, a.arrived_at, s.channel, a.result, a.customer_id, a.lead_id, a.group_id,
    a.recorded_by, a.via, a.call_due
  from arrival a join arrival_source s on s.id = a.source_id;

-- owner: showroom

-- One customer on the way to a car. The state follows from the events; the row is what lists read.
create table deal (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  customer_id uuid not null,
  lead_id uuid,
  -- Who made the appointment by telephone; null for whoever walked in.
  agent_id uuid,
  group_id uuid,
  sales_id uuid,
  product_id uuid,
  state text not null,
  appointed_at timestamptz,
  order_no text,
  opened_at timestamptz not null,
  opened_on date not null,
  version int not null default 1
);
create unique index deal_open on deal (customer_id) where state not in ('delivered', 'lost');
create unique index deal_order on deal (centre_id, order_no) where order_no is not null;
create index deal_sales on deal (sales_id, opened_on desc);
create index deal_agent on deal (agent_id, opened_on desc);
create index deal_centre on deal (centre_id, opened_on desc);

-- What happened, appended; takes_back says that an earlier one did not.
create table deal_event (
  id uuid primary key default uuidv7(),
  deal_id uuid not null references deal,
  centre_id uuid not null,
  kind text not null check (kind in ('appointment', 'visit', 'reception', 'testDrive', 'followUp', 'order', 'delivery',
    'lostAsked', 'lostReturned', 'lost', 'takenBack')),
  occurred_on date not null,
  at timestamptz not null,
  recorded_at timestamptz not null,
  recorded_by uuid not null,
  -- Whose it is in the day's count.
  person_id uuid not null,
  appointed_at timestamptz,
  order_no text,
  product_id uuid,
  reason text,
  note text not null default '',
  takes_back uuid unique references deal_event
);
create index deal_event_deal on deal_event (deal_id, id);
create index deal_event_day on deal_event (centre_id, occurred_on);

-- A figure of the day sheet put right by hand: what it was, what it is, who, when and why. [S2.2.1]
create table day_sheet_edit (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  day date not null,
  person_id uuid not null,
  figure text not null,
  before int not null,
  after int not null,
  why text not null,
  by_id uuid not null,
  at timestamptz not null
);
create index day_sheet_edit_day on day_sheet_edit (centre_id, day);
create view deal_fact as
  select d.id, d.centre_id, d.customer_id, d.lead_id, d.agent_id, d.group_id, d.sales_id, d.product_id, d.state, d.order_no,
    d.opened_on from deal d;
create view deal_step as
  select e.id, e.deal_id, e.centre_id, e.kind, e.occurred_on, e.at, e.person_id from deal_event e
  where e.kind <> 'takenBack' and not exists (select from deal_event t where t.takes_back = e.id);
