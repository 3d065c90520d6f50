import 'reflect-metadata';
import { Module, UnauthorizedException } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import jsonApiNestjs from 'json-api-nestjs';
import * as tslib from 'tslib';
import typeorm from 'typeorm';
import { isAuthorized } from './token-check.js';

const { BeforeInsert, Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } = typeorm;

/** TypeScript's decorators of a member, with the type that its compiler would have emitted. */
const member = (type, target, name, ...decorators) =>
  tslib.__decorate([...decorators, tslib.__metadata('design:type', type)], target.prototype, name, undefined);

class ApiUser {}
member(Number, ApiUser, 'id', PrimaryGeneratedColumn({ type: 'bigint' }));
member(String, ApiUser, 'subject', Column({ type: 'text' }));
member(String, ApiUser, 'name', Column({ type: 'text', nullable: true }));
tslib.__decorate([Entity('api_user')], ApiUser);

class CallPurpose {
  setNameKey() {
    this.nameKey = this.name.toLowerCase();
  }
}
member(Number, CallPurpose, 'id', PrimaryGeneratedColumn({ type: 'bigint' }));
member(String, CallPurpose, 'name', Column({ type: 'text' }));
member(String, CallPurpose, 'nameKey', Column({ name: 'name_key', type: 'text', nullable: true }));
member(Number, CallPurpose, 'order', Column({ type: 'int', nullable: true }));
member(Date, CallPurpose, 'createdAt', Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }));
member(Date, CallPurpose, 'updatedAt', Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' }));
member(
  ApiUser,
  CallPurpose,
  'creator',
  ManyToOne(() => ApiUser),
  JoinColumn({ name: 'creator_id' }),
);
member(Function, CallPurpose, 'setNameKey', BeforeInsert());
tslib.__decorate([Entity('call_purpose')], CallPurpose);

class Call {}
member(Number, Call, 'id', PrimaryGeneratedColumn({ type: 'bigint' }));
const CALL_COLUMNS = {
  direction: 'text',
  from: 'text',
  to: 'text',
  outcome: 'text',
  note: 'text',
  recording_url: 'text',
  dialed_at: 'timestamptz',
  answered_at: 'timestamptz',
  completed_at: 'timestamptz',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
};
for (const [name, type] of Object.entries(CALL_COLUMNS)) {
  const property = name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  member(type === 'text' ? String : Date, Call, property, Column({ name, type, nullable: true }));
}
member(Array, Call, 'tags', Column({ type: 'text', array: true }));
member(
  CallPurpose,
  Call,
  'callPurpose',
  ManyToOne(() => CallPurpose),
  JoinColumn({ name: 'call_purpose_id' }),
);
member(
  ApiUser,
  Call,
  'user',
  ManyToOne(() => ApiUser),
  JoinColumn({ name: 'user_id' }),
);
tslib.__decorate([Entity('call')], Call);

/** The library has no authentication; its users add some such guard. */
class TokenGuard {
  canActivate(context) {
    if (isAuthorized(context.switchToHttp().getRequest().headers.authorization)) return true;
    throw new UnauthorizedException();
  }
}

const entities = [ApiUser, CallPurpose, Call];

class AppModule {}
tslib.__decorate(
  [
    Module({
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL, entities, synchronize: false }),
        jsonApiNestjs.JsonApiModule.forRoot({ entities, options: { requiredSelectField: false } }),
      ],
      providers: [{ provide: APP_GUARD, useClass: TokenGuard }],
    }),
  ],
  AppModule,
);

const app = await NestFactory.create(AppModule, { logger: ['fatal', 'error', 'warn'] });
await app.listen(Number(process.env.PORT), '127.0.0.1');
