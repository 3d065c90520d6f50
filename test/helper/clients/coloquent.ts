import type { AxiosInstance } from 'axios';
import { Model } from 'coloquent';
import axios from 'coloquent/dist/httpclient/axios/AxiosHttpClient.js';
import { type Access, type Library, RELATIONSHIPS, axiosFor } from './library.js';

/** Its type says that it takes nothing. */
const Http = axios.AxiosHttpClient as unknown as new (
  instance: AxiosInstance,
) => InstanceType<typeof axios.AxiosHttpClient>;

export function coloquent(access: Access): Library {
  abstract class Resource extends Model {
    getJsonApiBaseUrl(): string {
      return access.api;
    }
    set(name: string, value: unknown): void {
      this.setAttribute(name, value);
    }
  }
  Model.setHttpClient(new Http(axiosFor(access)));
  class User extends Resource {
    protected jsonApiType = 'user';
  }
  class CallPurpose extends Resource {
    protected jsonApiType = 'callPurpose';
    creator() {
      return this.hasOne(User, 'creator');
    }
  }
  class Call extends Resource {
    protected jsonApiType = 'call';
    callPurpose() {
      return this.hasOne(CallPurpose, 'callPurpose');
    }
    user() {
      return this.hasOne(User, 'user');
    }
  }
  const models = { callPurpose: CallPurpose, call: Call };
  return {
    async create(type, attributes) {
      const resource = new models[type]();
      for (const [name, value] of Object.entries(attributes)) resource.set(name, value);
      await resource.save();
      return String(resource.getApiId());
    },
    async change(type, id, name, value) {
      const names = Object.keys(RELATIONSHIPS[type]);
      const query = names.reduce((builder, relationship) => builder.with(relationship), models[type].query());
      const resource = (await query.find(id)).getData() as Resource;
      resource.set(name, value);
      await resource.save();
    },
  };
}
