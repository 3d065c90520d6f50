// One file for all of them, as to load the application takes longer than most of them.
import './request-documents.js';
import './request-documents.property.js';
import './request-faults.js';
import './write-queries.js';
