using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tracing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Core.Tests;

/// <summary>The same commands, traced: what the kernel says, not what they print.</summary>
internal sealed class TraceTests
{
    private const Isolation Usual = Isolation.Bubblewrap;

    /// <summary>What swallows the error, or says it in words that nobody knows.</summary>
    private static readonly (string Command, string Expected)[] Silent =
    [
        ("touch {ro}/new 2> /dev/null; false", "Write {ro}/new"),
        ("curl -s -o {ro}/new file://$PWD/file", "Write {ro}/new"),
        ("cd {ro} && : > new 2> /dev/null", "Write {ro}/new"),
        ("cd {ro} && tar -xf {tree}/archive.tar 2> /dev/null", "Write {ro}/file"),
        ("python3 -c \"\ntry: open('{ro}/new', 'w')\nexcept OSError: exit(1)\"", "Write {ro}/new"),
        ("test -f {unseen}/there && cat {unseen}/there; cat {unseen}/there 2> /dev/null", "Read {unseen}/there"),
        ("cat < {unseen}/there 2> /dev/null", "Read {unseen}/there"),
        ("(cd directory && cat ../../unseen/there 2> /dev/null)", "Read {unseen}/there"),
        ("python3 -c \"import os, sys; os.chdir('directory'); sys.exit(os.system('cat ../../unseen/there 2> /dev/null') != 0)\"", "Read {unseen}/there"),
        ("mkdir {unseen}/new 2> /dev/null", "Write {unseen}/new"),
        ("git add file 2> /dev/null", "Protected {tree}/.git/index.lock"),
        ("curl -s http://192.0.2.1/", "Network 192.0.2.1:80"),
        ("bash -c ': > /dev/tcp/127.0.0.1/9' 2> /dev/null", "Network 127.0.0.1:9"),
        ("python3 -c \"import socket; socket.create_connection(('::1', 9))\" 2> /dev/null", "Network ::1:9"),
    ];

    /// <summary>Commands that are content with what they are shown.</summary>
    private static readonly string[] Contented =
    [
        "true", "cat file", "ls -la directory /usr /etc > list", "cp -a directory copy", "mkdir -p a/b/c && touch a/b/c/d && rm -r a", "mv file moved", "tar -cf new.tar directory && tar -tf new.tar",
        "tar -xf archive.tar", "gcc -o program main.c && ./program", "make -s -C work OUT=out", "sed -i s/text/other/ file", "sort file | uniq | wc -l", "find . -name 'm*' -print", "grep -r text . || true",
        "python3 -c 'import json, os, ssl; open(\"out\", \"w\").write(json.dumps(1))'", "perl -e 'open(F, \">\", \"out\"); print F 1'", "node -e \"require('fs').writeFileSync('out', '1')\"",
        "git log --oneline || true", "git diff --no-index file main.c > out || true", "bash -c 'shopt; echo $HOME > out'", "awk '{ print $1 }' file > out", "mktemp -d > out && df . > out", "git ls-files > out; git rev-parse --show-toplevel",
        "npm --version", "dotnet --version || true",
    ];

    private static IEnumerable<TestCaseData> Refused => ComplaintTests.Commands.Where(static pair => !IsUnknownByName(pair.Expected)).Concat(Silent).Select(static pair => new TestCaseData(pair.Command, pair.Expected).SetArgDisplayNames(pair.Command));

    private static string[] Own => ComplaintTests.OwnFailures;

    [TestCaseSource(nameof(Refused))]
    public void What_the_sandbox_refused_is_seen(string command, string expected)
    {
        using var scene = new ViolationScene(Usual);
        var (outcome, violations) = scene.Trace(command);
        Assert.That(outcome.Status.ExitCode, Is.Not.Null.And.Not.Zero, $"{outcome.Output}\n{outcome.Error}\n{outcome.Status.Errors}");
        Assert.That(violations.Select(scene.Describe), Has.Some.Matches<string>(text => expected.EndsWith('*') ? text.StartsWith(expected[..^1], StringComparison.Ordinal) : text == expected), $"{outcome.Output}\n{outcome.Error}");
        Assert.That(violations, Has.All.Property(nameof(Violation.Call)).Not.Null);
    }

    [TestCaseSource(nameof(Own))]
    public void What_fails_by_itself_is_no_violation(string command)
    {
        using var scene = new ViolationScene(Usual);
        Assert.That(scene.Trace(command).Violations.Select(scene.Describe), Is.Empty);
    }

    [TestCaseSource(nameof(Contented))]
    public void What_succeeds_without_being_refused_anything_has_no_violation(string command)
    {
        using var scene = new ViolationScene(Usual);
        var (outcome, violations) = scene.Trace(command);
        outcome.ShouldSucceed();
        Assert.That(violations.Select(scene.Describe), Is.Empty);
    }

    [TestCase("touch {ro}/new", "Write {ro}/new")]
    [TestCase("cat {unseen}/there", "Read {unseen}/there")]
    [TestCase("curl -s http://192.0.2.1/", "Network 192.0.2.1:80")]
    public void The_same_with_namespaces_alone(string command, string expected)
    {
        using var scene = new ViolationScene(Isolation.Namespaces);
        Assert.That(scene.Trace(command).Violations.Select(scene.Describe), Does.Contain(expected));
    }

    /// <summary>Outside, root could; to an ordinary user, the host refuses these as the sandbox does.</summary>
    [TestCase("mount -t tmpfs none /tmp", "mount")]
    [TestCase("chroot / true", "chroot")]
    [TestCase("unshare --mount true", "unshare")]
    [TestCase("mknod device b 7 0", "mknodat")]
    public void What_root_may_do_elsewhere_is_refused_to_its_steps(string command, string call)
    {
        using var scene = new ViolationScene(Usual);
        var calls = scene.Trace(command).Violations.Where(static violation => violation.Kind == ViolationKind.Call).ToList();
        Assert.That(calls.Select(static violation => violation.Subject), OrdinaryUser.IsRoot ? Does.Contain(call) : Is.Empty);
    }

    /// <summary>Nothing is taken from where steps may write, and so one that lies there is none.</summary>
    [Test]
    public void Without_strace_that_is_said() =>
        Assert.That(Refusal.Of(() => Tracer.Find(Callers.With(), "/")), Has.Property("Code").EqualTo("SBX1011").And.Property("Message").Contains("apt-get install strace"));

    /// <summary>A host that is told by its name alone fails at the name server; the trace has that one's address.</summary>
    private static bool IsUnknownByName(string expected) => expected.StartsWith("Network ", StringComparison.Ordinal) || expected == "Write ";
}
