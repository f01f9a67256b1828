#!/bin/sh
# Four things that a script of a package can do in a build, in a harmless form: it counts the bytes of your keys and keeps none, the server
# that it calls is your own machine, and what it plants prints a line. It says what it got.

# 1. Reads your keys.
bytes=$(cat ~/.ssh/* 2> /dev/null | wc -c)
if [ "$bytes" -gt 0 ]; then
    echo "setup.sh: keys: read $bytes bytes in ~/.ssh"
else
    refusal=$(ls ~/.ssh 2>&1) || true
    echo "setup.sh: keys: none, ${refusal##*: }"
fi

# 2. Calls its author.
server=127.0.0.1 port=8642
if refusal=$(bash -c "echo 'The build runs.' > /dev/tcp/$server/$port" 2>&1); then
    echo "setup.sh: network: called $server:$port"
else
    devices=$(sed -n 's/^ *\([^ :]*\):.*/\1/p' /proc/net/dev)
    echo "setup.sh: network: no call, $(echo "$refusal" | sed 's/.*: //; q'); the devices are:" $devices
fi

# 3. Leaves a hook that the next git checkout runs.
hook=.git/hooks/post-checkout
if refusal=$({ printf '#!/bin/sh\necho "A hook of Friendly.Greeting runs."\n' > $hook && chmod +x $hook; } 2>&1); then
    echo "setup.sh: git: planted $hook"
else
    echo "setup.sh: git: no hook, ${refusal##*: }"
fi

# 4. Leaves a file that the next build imports.
import=obj/UntrustedPackage.csproj.evil.targets
line='<Message Importance="high" Text="A target of Friendly.Greeting runs." />'
if refusal=$({ echo "<Project><Target Name=\"Evil\" BeforeTargets=\"Build\">$line</Target></Project>" > $import; } 2>&1); then
    echo "setup.sh: MSBuild: planted $import"
else
    echo "setup.sh: MSBuild: no import, ${refusal##*: }"
fi
