-- owner: sheets

-- Which column of a file of this kind is what, by its heads; the latest file with these heads decides.
create table sheet_mapping (
  centre_id uuid not null references centre,
  kind text not null,
  -- The heads as they are compared, parted by U+001F.
  heads text not null,
  -- The field of each column, null for one that is not read.
  fields jsonb not null,
  said_by uuid not null,
  said_at timestamptz not null,
  primary key (centre_id, kind, heads)
);
-- What a word of other people's files means to us: a nickname, an insurer's word for a state. Asked once.
create table known_word (
  centre_id uuid not null references centre,
  about text not null,
  -- As it is compared: one script, no spaces and marks, lower case.
  word text not null,
  -- As it stood in the file.
  text text not null,
  -- An id or a word of ours; null = none of ours.
  value text,
  said_by uuid not null,
  said_at timestamptz not null,
  primary key (centre_id, about, word)
);
