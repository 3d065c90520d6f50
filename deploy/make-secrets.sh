#!/bin/sh
# Makes the secrets of a new installation: those of the service in the folder $1, that of the database in $2. Each is readable
# only by the user of the program that needs it: 65532 is the service's, 999 PostgreSQL's. Leaves what is already there.
set -eu
umask 377

random() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

# Writes standard input to the file $1 of the user $2, whole or not at all.
write() {
  rm -f "$1.part"
  cat > "$1.part"
  chown "$2" "$1.part"
  mv -f "$1.part" "$1"
}

if [ ! -e "$1/jwt-secret" ]; then random | write "$1/jwt-secret" 65532; fi
# Earlier versions kept it beside the others.
if [ -e "$1/database-password" ]; then
  if [ ! -e "$2/database-password" ]; then write "$2/database-password" 999 < "$1/database-password"; fi
  rm -f "$1/database-password"
fi
if [ ! -e "$2/database-password" ]; then
  password=$(random)
  printf 'postgresql://call_purposes:%s@db:5432/call_purposes' "$password" | write "$1/database-url" 65532
  printf %s "$password" | write "$2/database-password" 999
fi
