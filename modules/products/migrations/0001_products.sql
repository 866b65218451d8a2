CREATE TABLE products_products
(
    tenant_id  text        NOT NULL,
    company_id text        NOT NULL,
    id         uuid        NOT NULL,
    sku        text        NOT NULL,
    label      text        NOT NULL,
    price      numeric     NOT NULL CHECK (price >= 0),
    currency   text        NOT NULL,
    state      text        NOT NULL CHECK (state IN ('active', 'discontinued')),
    tags       text[]      NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, company_id, id),
    CONSTRAINT products_one_sku UNIQUE (tenant_id, company_id, sku)
);
