-- A company's items. The platform sees to it that one tenant's rows are no other's.
CREATE TABLE __snake___items
(
    tenant_id  text        NOT NULL,
    company_id text        NOT NULL,
    id         uuid        NOT NULL,
    name       text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    quantity   integer     NOT NULL CHECK (quantity >= 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, company_id, id)
);

-- The list's order, which is also where its pages go on.
CREATE INDEX __snake___items_listed ON __snake___items (tenant_id, company_id, created_at DESC, id DESC);
