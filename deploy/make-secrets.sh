#!/bin/sh
# Makes the secrets of a new installation in the folder $1, each readable only by the user of the program that needs it:
# 999 is PostgreSQL's, 65532 the service's. Leaves what is already there.
set -eu
cd "$1"
umask 377

random() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

# Writes standard input to the file $1 of the user $2, whole or not at all.
write() {
  rm -f "$1.part"
  cat > "$1.part"
  chown "$2" "$1.part"
  mv -f "$1.part" "$1"
}

if [ ! -e jwt-secret ]; then random | write jwt-secret 65532; fi
if [ ! -e database-password ]; then
  password=$(random)
  printf 'postgresql://call_purposes:%s@db:5432/call_purposes' "$password" | write database-url 65532
  printf %s "$password" | write database-password 999
fi
