-- owner: platform
-- Who may come in: accounts, sessions, failed attempts. The four account tables are the sign-in library's own, in our
-- names; a test holds that it wants nothing more. An account has the id of its person, so nothing joins the two.

create table account_user (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  name text not null,
  email text not null unique,
  email_verified boolean not null,
  image text,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp,
  username text not null unique,
  must_change_password boolean not null
);

-- Who has an account, for modules.
create view account_name as select id, username, must_change_password from account_user;

create table account_session (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  expires_at timestamptz not null,
  token text not null unique,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null,
  ip_address text,
  user_agent text,
  user_id uuid not null references account_user (id) on delete cascade
);
create index account_session_user_id_idx on account_session (user_id);

create table account_credential (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  account_id text not null,
  provider_id text not null,
  user_id uuid not null references account_user (id) on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null
);
create index account_credential_user_id_idx on account_credential (user_id);

create table account_verification (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create index account_verification_identifier_idx on account_verification (identifier);

-- Failed attempts per name, known or not, on the real clock. The name is kept as an HMAC: people type their passwords
-- into the wrong field. An attempt counts before its password is looked at, so that a hundred at once are not a hundred.
create table sign_in_attempt (
  name_hash bytea primary key,
  failures int not null,
  last_at timestamptz not null default now(),
  locked_until timestamptz
);
create index sign_in_attempt_last on sign_in_attempt (last_at);

-- The names of what each command changed, for nodes that lost a notification: read once a second in the order of
-- transactions, kept some minutes. Unlogged: after a crash every page asks for everything again anyway.
create unlogged table live_tail (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now(),
  topics jsonb not null
);
create index live_tail_xid on live_tail (xid);

-- One row: proof that the key which lies outside the database is the one that its numbers were hashed with. With
-- another key no number would be found in the do-not-call list, and nobody would notice.
create table installation (
  only_one boolean primary key default true check (only_one),
  number_key_check bytea not null,
  made_at timestamptz not null default now()
);
