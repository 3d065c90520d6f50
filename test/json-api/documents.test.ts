// One file for all of them, as to load the application takes longer than most of them.
import './answers.js';
import './errors.js';
import './internal-errors.js';
import './links.js';
import './request-documents.js';
import './request-documents.property.js';
import './request-faults.js';
import './write-queries.js';
