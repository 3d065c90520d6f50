# Compiles, with everything that takes.
FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY .swcrc nest-cli.json tsconfig.json mikro-orm.config.ts ./
COPY src src
RUN npm run build && find dist -name '*.map' -delete

# What runs needs, and of that neither types nor source maps.
FROM node:24-trixie-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts \
 && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' \) -delete \
 && rm -f node_modules/swagger-ui-dist/swagger-ui.js node_modules/swagger-ui-dist/*-es-bundle*.js node_modules/swagger-ui-dist/*-preset.js \
 && rm -rf node_modules/.package-lock.json node_modules/.bin \
 && mkdir /writable && mkdir -m 1777 /writable/data

# Node and the libraries that it needs: no shell, no package manager; its user is 65532.
FROM gcr.io/distroless/nodejs24-debian13:nonroot
ENV PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin \
    NODE_ENV=production \
    PORT=3000
WORKDIR /app
# For the embedded PostgreSQL, where DATA_DIR=/data chooses it, whichever user runs it; nothing else is ever written.
COPY --from=dependencies --chown=65532:65532 /writable /
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY deploy/healthcheck.mjs deploy/
COPY --from=build /app/dist dist
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="Call Purposes" \
      org.opencontainers.image.description="The call purposes of a company, read and managed over a JSON:API that follows the Outreach REST API v2." \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED" \
      org.opencontainers.image.licenses="LicenseRef-proprietary" \
      org.opencontainers.image.base.name="gcr.io/distroless/nodejs24-debian13:nonroot"
USER 65532:65532
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["node", "deploy/healthcheck.mjs"]
ENTRYPOINT []
CMD ["node", "--max-semi-space-size=16", "dist/src/main.js"]
