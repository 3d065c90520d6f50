/** A file of the API that is no JSON:API document. */
export interface FileDescription {
  name: string;
  description: string;
  mediaType: string;
}

const descriptions = new WeakMap<object, FileDescription>();

/** Declares that the controller serves a file. */
export const ServesFile =
  (description: FileDescription): ClassDecorator =>
  (controller) =>
    void descriptions.set(controller, description);

/** What the controller declares of its file, if it serves one. */
export const fileDescriptionOf = (controller: object): FileDescription | undefined => descriptions.get(controller);
