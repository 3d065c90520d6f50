import { Migration } from '@mikro-orm/migrations';

/** A name key that is recomputed while the name stays is no change of the purpose: its version and `updated_at` stay too. */
export class Migration20261126020000NameKeys extends Migration {
  override up(): void {
    this.addSql(`
      create or replace trigger touch before update on call_purpose
      for each row when (old.* is distinct from new.* and (old.name_key = new.name_key or old.name <> new.name))
      execute function touch_row()`);
  }

  override down(): void {
    this.addSql(`
      create or replace trigger touch before update on call_purpose
      for each row when (old.* is distinct from new.*) execute function touch_row()`);
  }
}
