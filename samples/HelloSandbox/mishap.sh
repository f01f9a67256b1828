#!/bin/sh
# Everything goes wrong: the desk is deleted, and only then does the script notice.
rm -rf desk
[ -d desk ] || echo 'The script has deleted the desk, and in here it is gone.'
exit 1
