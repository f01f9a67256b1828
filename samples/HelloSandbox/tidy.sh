#!/bin/sh
# An ordinary script: it knows nothing of the sandbox.
set -eu
cd desk

echo 'A new page.' > page.txt              # adds a file
echo 'all is well here.' >> letter.txt     # modifies one
rm draft.txt                               # deletes one
mv holiday.txt postcard.txt                # renames one

echo 'Tidied. From in here the desk looks like this:'
ls
