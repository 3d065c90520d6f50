import { DOCS_PATH } from './paths.js';

/**
 * The page and its script. Links are relative, so that proxies may show the page under any path; from `/docs`, without a slash
 * at the end, they lead through its own name.
 * @param openApiUrl where the OpenAPI document is, seen from the page
 */
export const docsPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Call Purposes API</title>
    <link rel="stylesheet" href="${DOCS_PATH}/swagger-ui.css" />
    <link rel="icon" type="image/png" href="${DOCS_PATH}/favicon-32x32.png" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="${DOCS_PATH}/swagger-ui-bundle.js"></script>
    <script src="${DOCS_PATH}/start.js"></script>
  </body>
</html>
`;

export const docsScript = (openApiUrl: string): string => `SwaggerUIBundle(${JSON.stringify(
  {
    url: openApiUrl,
    dom_id: '#swagger-ui',
    deepLinking: true,
    persistAuthorization: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    // Otherwise the document's URL goes to a checker on another host.
    validatorUrl: null,
  },
  null,
  2,
)});
`;

/** Lets the page load what it consists of and ask the API, from here and nowhere else; Swagger UI styles itself, and has pictures in its style sheet. */
export const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
