-- owner: rulebook

-- A document of rules over a unit (null = the whole centre). Content lives in its versions.
create table rule_document (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  unit_id uuid references unit,
  code text not null,
  position int not null default 0,
  unique nulls not distinct (centre_id, unit_id, code)
);

-- Published versions, never edited. In force on a day: the latest effective_on up to it, the highest number of those.
-- content = { title, chapters: [{ id, title, clauses: [{ id, kinds, status, title, text, does, note?, params? }] }] }.
create table rule_version (
  id uuid primary key default uuidv7(),
  document_id uuid not null references rule_document,
  number int not null,
  effective_on date not null,
  content jsonb not null,
  why text not null default '',
  published_by uuid,
  published_at timestamptz not null,
  unique (document_id, number)
);
create index rule_version_force on rule_version (document_id, effective_on desc, number desc);
