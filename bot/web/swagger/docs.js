// Shows /api/openapi.json; nothing is asked of any other server.

"use strict";

SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#docs",
  // Else its badge would send the description's address to a stranger.
  validatorUrl: null,
  deepLinking: true,
  // A token is typed in again, rather than kept where every script of this origin finds it.
  persistAuthorization: false,
  tryItOutEnabled: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
});
