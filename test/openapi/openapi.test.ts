// One file for both, as to load the application takes long.
import './following-the-code.js';
import './openapi-document.js';
