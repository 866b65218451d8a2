-- A company's notes. The platform sees to it that one tenant's rows are no other's.
CREATE TABLE notes_notes
(
    tenant_id  text        NOT NULL,
    company_id text        NOT NULL,
    id         uuid        NOT NULL,
    title      text        NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    body       text        NOT NULL,
    pinned     boolean     NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, company_id, id)
);

-- The list's order, which is also where its pages go on.
CREATE INDEX notes_notes_listed ON notes_notes (tenant_id, company_id, pinned DESC, created_at DESC, id DESC);
