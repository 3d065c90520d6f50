import { Module } from '@nestjs/common';
import { ServiceDocumentController } from './service-document.controller.js';

@Module({ controllers: [ServiceDocumentController] })
export class ServiceDocumentModule {}
