using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>Hosts from which something is really taken away: what is said, what is used instead, and that the live tree stays as it is.</summary>
internal sealed class UnavailableTests
{
    private const string Nothing = "-";

    [Test]
    public void Without_bubblewrap_there_are_namespaces()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        Scenario.RunAsRoot(Chooses, $"for d in {Callers.SearchPath.Replace(':', ' ')} /bin; do [ ! -e $d/bwrap ] || mount --bind /dev/null $d/bwrap; done", tree.Root, tree.Beside("state"), "SBX1001", "Namespaces", "bubblewrap");
    }

    [Test]
    public void Without_user_namespaces_there_is_nothing()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        var (uid, gid) = Caller.IsRoot ? (1000u, 1000u) : (Caller.Uid, Caller.Gid);
        Scenario.RunBehind(
            ["unshare", "--user", $"--map-user={uid}", $"--map-group={gid}", "--keep-caps", "sh", "-ec", "echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --ambient-caps -all --inh-caps -all \"$@\"", "sh"],
            Chooses,
            tree.Root, tree.Beside("state"), "SBX1003", Nothing, "user.max_user_namespaces is 0");
    }

    [TestCase("unshare")]
    [TestCase("mount")]
    public void Behind_a_filter_that_refuses_there_is_nothing(string call)
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        Scenario.RunBehind([NativeProgram.Deny, call], Chooses, tree.Root, tree.Beside("state"), "SBX1003", Nothing, "seccomp");
    }

    [Test]
    public void With_a_covered_proc_there_is_nothing_for_who_needs_a_user_namespace()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        Scenario.Run(Chooses, "mount --bind /dev/null /proc/uptime", Caller.IsRoot ? [tree.Root, tree.Beside("state"), "", "Bubblewrap", ""] : [tree.Root, tree.Beside("state"), "SBX1034", Nothing, "systempaths"]);
    }

    [Test]
    public void Without_fuse_all_is_as_ever()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        Scenario.RunAsRoot(Chooses, "[ ! -e /dev/fuse ] || mount --bind /dev/null /dev/fuse", tree.Root, tree.Beside("state"), "", "Bubblewrap", "");
    }

    /// <summary>Root, state, the code of what is in the way (empty for nothing), the strongest isolation that there is, and a word of the message.</summary>
    private static void Chooses(string[] arguments)
    {
        var (root, state, code, isolation, word) = (arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
        var caller = Callers.At(Directory.CreateDirectory(state + "-home").FullName);
        var before = Trees.Exact(root);
        using var overlay = new OverlayStore(caller, state).Create([root]);
        using var removal = new Disposal(overlay.Discard);
        using var turn = overlay.TakeTurn(CancellationToken.None);
        if (code.Length == 0)
        {
            Assert.That(ChosenIsolation.For(Isolation.Bubblewrap, OnUnavailable.Weaken, overlay, caller), Has.Property("Isolation").EqualTo(Enum.Parse<Isolation>(isolation)).And.Property("Warning").Null);
            return;
        }

        Expect(Refusal.Of(() => ChosenIsolation.For(Isolation.Bubblewrap, OnUnavailable.Error, overlay, caller)), code);
        if (isolation == Nothing)
        {
            var refused = Refusal.Of(() => ChosenIsolation.For(Isolation.Bubblewrap, OnUnavailable.Weaken, overlay, caller));
            Expect(refused, code);
            Assert.That(refused.Message, Does.Contain("Namespaces, the next weaker isolation, is not available either"));
            Expect(Refusal.Of(() => ChosenIsolation.For(Isolation.Namespaces, OnUnavailable.Weaken, overlay, caller)), code);
        }
        else
        {
            var weaker = ChosenIsolation.For(Isolation.Bubblewrap, OnUnavailable.Weaken, overlay, caller);
            Assert.That(weaker.Isolation.ToString(), Is.EqualTo(isolation));
            Expect(weaker.Warning!, "SBX1031", code);
            Assert.That(ChosenIsolation.For(Isolation.Bubblewrap, OnUnavailable.Weaken, overlay, caller).Warning, Is.EqualTo(weaker.Warning), "each time");
        }

        var plain = ChosenIsolation.For(Isolation.Bubblewrap, OnUnavailable.Plain, overlay, caller);
        Assert.That((plain.Isolation, plain.Tools, plain.Warning!.IsWarning), Is.EqualTo((Isolation.None, (HostTools?)null, true)));
        Expect(plain.Warning!, "SBX1032", code);
        Assert.That(Trees.Exact(root), Is.EqualTo(before));

        void Expect(Diagnostic diagnostic, string expected, string named = "")
        {
            Assert.That((diagnostic.Code, diagnostic.Message), Is.EqualTo((expected, diagnostic.Message)));
            Assert.That(diagnostic.Message, Does.Contain(word).And.Contain(named));
        }
    }

    [Test]
    public void None_is_none_with_a_warning()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var chosen = ChosenIsolation.For(Isolation.None, OnUnavailable.Error, sandbox.Overlay, Callers.With());
        Assert.That((chosen.Isolation, chosen.Warning!.Code, chosen.Warning.IsWarning), Is.EqualTo((Isolation.None, "SBX1033", true)));
    }

    [TestCase("macOS", "docker run")]
    [TestCase("Windows", "wsl --install")]
    [TestCase("FreeBSD", "a Linux machine")]
    public void Elsewhere_it_is_said_what_is_possible(string system, string expected)
    {
        var wrong = IsolationDiagnostics.WrongSystem(system)!;
        Assert.That(wrong.Code, Is.EqualTo("SBX1030"));
        Assert.That(wrong.Message, Does.Contain(system).And.Contain(expected).And.Contain("SandboxOnUnavailable=Plain"));
    }

    [Test]
    public void Here_nothing_is_wrong() => Assert.That(IsolationDiagnostics.WrongSystem(HostSystem.Name), Is.Null);
}
