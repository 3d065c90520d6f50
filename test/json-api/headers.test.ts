// One file for all of them, as to load the application takes longer than most of them.
import './media-types.js';
import './request-headers.property.js';
import './malformed-http.js';
import './proxies.js';
