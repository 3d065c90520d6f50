/** An error for people who run the service: its message says all there is to know, so that no stack is shown. */
export class OperatorError extends Error {}
