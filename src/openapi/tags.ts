/** Of what is about no resource. */
export const SERVICE_TAG = { name: 'service', description: 'The service itself.' };
