-- owner: catalog

-- Products of a centre; a version fixes the factors that a case keeps as of its acceptance.
create table product (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  code text not null,
  name jsonb not null,
  subject text not null,
  listed boolean not null default true,
  unique (centre_id, code)
);
create table product_version (
  id uuid primary key default uuidv7(),
  product_id uuid not null references product,
  effective_on date not null,
  -- { payWay: times a year }, and the standard factor on annualised premium.
  pay_ways jsonb not null,
  standard_factor numeric not null,
  min_premium numeric,
  unique (product_id, effective_on)
);
-- A script by sections with the disclosures an application needs, in the order they are said.
create table script (
  id uuid primary key default uuidv7(),
  product_id uuid not null references product,
  number int not null,
  effective_on date not null,
  sections jsonb not null,
  disclosures jsonb not null,
  unique (product_id, number)
);
create table authorisation (
  person_id uuid not null,
  product_id uuid not null references product,
  from_on date not null,
  until_on date,
  primary key (person_id, product_id, from_on)
);
create view product_listed as
  select p.id, p.centre_id, p.code, p.name, p.subject, p.listed from product p;
create view product_authorised as select person_id, product_id, from_on, until_on from authorisation;

-- owner: customers

-- The one row of a customer's data.
create table customer (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  name text,
  name_keys text,
  gender text,
  birthday date,
  -- Home region as the list gives it (two digits of the province in China); the number's own is on phone.
  region text,
  zone text,
  -- Wall-clock windows the customer asked to be called in: [["10:00","12:00"]].
  wish jsonb,
  minor_until timestamptz,
  vulnerable boolean not null default false,
  -- Columns of the list that fit no field of ours, by their header.
  facts jsonb not null default '{}',
  version int not null default 1,
  created_at timestamptz not null,
  erased_at timestamptz
);
create table phone (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  customer_id uuid not null references customer,
  position int not null default 0,
  e164 text not null,
  -- HMAC of e164 with a key that lies outside the database: search, suppression and caps go by it.
  hash bytea not null,
  masked text not null,
  country text,
  kind text,
  home_region text,
  zones text[] not null default '{}',
  valid boolean not null,
  -- Of a made-up range: good in a demo centre alone, and no real line rings it.
  fictional boolean not null default false,
  retired_at timestamptz,
  unique (centre_id, hash, customer_id)
);
create index phone_hash on phone (hash);
create index phone_customer on phone (customer_id);

create table consent (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  customer_id uuid not null references customer,
  purpose text not null,
  given_at timestamptz not null,
  expires_at timestamptz,
  withdrawn_at timestamptz,
  evidence text not null,
  recorded_by uuid,
  recorded_at timestamptz not null
);
create index consent_customer on consent (customer_id);

-- Numbers not to be called. own: this centre's; shared, national: imported. Ended only by a later row's word.
create table do_not_call (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  list text not null check (list in ('own', 'shared', 'national')),
  hash bytea not null,
  masked text not null,
  since timestamptz not null,
  until timestamptz,
  reason text not null,
  note text not null default '',
  source_kind text not null,
  source_id uuid,
  recorded_by uuid,
  recorded_at timestamptz not null,
  -- This row says that an own entry never was the customer's word (a slip of the hand); both stay to be seen.
  corrects uuid unique references do_not_call,
  check (corrects is null or list = 'own')
);
create index do_not_call_hash on do_not_call (hash);
create index do_not_call_recent on do_not_call (centre_id, recorded_at desc, id desc);
-- An imported list names a number once, however often it is imported.
create unique index do_not_call_listed on do_not_call (centre_id, list, hash) where list <> 'own';
create table do_not_call_list (
  centre_id uuid not null references centre,
  list text not null,
  as_of timestamptz not null,
  entries int not null,
  recorded_by uuid,
  recorded_at timestamptz not null,
  primary key (centre_id, list, as_of)
);

-- What the customer did, with the record that shows it; it makes a contact warm.
create table customer_act (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  customer_id uuid not null references customer,
  kind text not null check (kind in ('namedTime', 'openQuote', 'openApplication', 'ownPolicyService', 'inbound')),
  from_at timestamptz not null,
  to_at timestamptz,
  record_kind text not null,
  record_id uuid not null,
  recorded_at timestamptz not null
);
create index customer_act_customer on customer_act (customer_id, from_at desc);
create index customer_act_record on customer_act (record_id);

-- Row level security is the second net: without the centre set on the transaction nothing is seen, whatever the query.
alter table customer enable row level security;
alter table customer force row level security;
create policy customer_centre on customer using (centre_id = nullif(current_setting('kaibo.centre', true), '')::uuid);
alter table phone enable row level security;
alter table phone force row level security;
create policy phone_centre on phone using (centre_id = nullif(current_setting('kaibo.centre', true), '')::uuid);

-- Modules to the right join these; a number leaves the table masked except through customers' own functions.
create view customer_card with (security_invoker = true) as
  select id, centre_id, name, name_keys, gender, birthday, region, zone, wish, facts, vulnerable, minor_until, erased_at from customer;
create view phone_card with (security_invoker = true) as
  select id, centre_id, customer_id, position, hash, masked, country, kind, home_region, zones, valid, fictional, retired_at
  from phone;
create view not_called as
  select d.centre_id, d.list, d.hash, d.since, d.until from do_not_call d
  where d.corrects is null and not exists (select from do_not_call c where c.corrects = d.id);
create view not_called_list as
  select centre_id, list, max(as_of) as as_of from do_not_call_list group by centre_id, list;
create view consent_of_customer as
  select centre_id, customer_id, purpose, given_at, expires_at, withdrawn_at from consent;
create view act_of_customer as
  select centre_id, customer_id, kind, from_at, to_at, record_id from customer_act;
