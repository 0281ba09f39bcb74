// No code is inline and nothing is fetched from elsewhere: the page's policy allows neither.
window.ui = window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  persistAuthorization: false,
  supportedSubmitMethods: ["get", "post", "put", "delete"],
  validatorUrl: null,
});
