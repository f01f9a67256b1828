using System.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>What only the isolation that util-linux alone makes has to prove; the rest is in the fixtures that run over both.</summary>
internal sealed class NamespaceTests
{
    [TestCase("a b")]
    [TestCase("two\nlines")]
    [TestCase("'single' \"double\" $HOME `id` $(id)")]
    [TestCase("-n")]
    [TestCase("a:b,c=d\\040e\\e#f")]
    [TestCase("*?[x]")]
    [TestCase("Á ü \u0081\u0088 日本")]
    [TestCase("\ttab ")]
    public void A_path_may_be_named_anything(string name)
    {
        using var tree = new TemporaryTree();
        var (root, state) = (Directory.CreateDirectory(Path.Combine(tree.Root, name)).FullName, Path.Combine(tree.Surroundings, name));
        var shown = Directory.CreateDirectory(Path.Combine(tree.Surroundings, "shown", name)).FullName;
        Directory.CreateDirectory(Path.Combine(root, name));
        File.WriteAllText(Path.Combine(root, name, "hidden"), "secret");
        File.WriteAllText(Path.Combine(shown, "file"), "shown\n");
        using var sandbox = Sandbox.Over(state, root).In(Isolation.Namespaces);
        var step = sandbox.Run("pwd; cat \"$SHOWN/file\"; ls -A -- \"./$NAME\"; (: > \"$SHOWN/new\") 2> /dev/null || echo refused; echo x > made", request => request with
        {
            Paths = [new(shown, MountAccess.ReadOnly), new(Path.Combine(root, name), MountAccess.Hidden)],
            Environment = request.Environment.And("SHOWN", shown).And("NAME", name),
            PassEnvironment = ["SHOWN", "NAME"],
        }).ShouldSucceed();
        var output = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.Latin1.GetBytes(step.Output));
        Assert.That((output, sandbox.Reported), Is.EqualTo(($"{root}\nshown\nrefused\n", "Added File made")));
    }

    [TestCase("od\ndd", "x")]
    [TestCase("dotted.name", "x")]
    [TestCase("IFS", "o")]
    [TestCase("UID", "12")]
    [TestCase("CDPATH", "/usr")]
    [TestCase("ENV", "/nonexistent")]
    public void A_variable_may_be_named_anything(string name, string value)
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(Isolation.Namespaces);
        var step = sandbox.RunProgram(["/usr/bin/env", "--null"], request => request with { Command = ["/usr/bin/env", "--null"], Environment = request.Environment.And(name, value), PassEnvironment = [name] }).ShouldSucceed();
        Assert.That(step.Output.Split('\0'), Does.Contain($"{name}={value}"));
    }

    [Test]
    public void What_is_mounted_below_a_path_that_is_shown_is_shown_too_and_read_only_as_well()
    {
        using var tree = new TemporaryTree { ["../shown/a/file"] = "x", ["../shown/b c/file"] = "x" };
        Scenario.Run(ShowsMountsBelow, $"mount -t tmpfs -o mode=777 none {tree.Beside("shown")}/a; mkdir -m 777 {tree.Beside("shown/a/deep")}; mount -t tmpfs -o mode=777,noexec none {tree.Beside("shown/a/deep")}; for twice in 1 2; do mount -t tmpfs -o mode=777,nosuid none '{tree.Beside("shown/b c")}'; done", tree.Root, tree.Beside("state"), tree.Beside("shown"));
    }

    private static void ShowsMountsBelow(string[] arguments)
    {
        var shown = arguments[2];
        foreach (var place in new[] { "a", "a/deep", "b c" })
        {
            File.WriteAllText(Path.Combine(shown, place, "mounted"), "m");
        }

        using var sandbox = Sandbox.Over(arguments[1], arguments[0]).In(Isolation.Namespaces);
        const string Script = "for p in . a a/deep 'b c'; do (: > \"$0/$p/new\") 2> /dev/null && echo \"$p can be written\"; done; cat \"$0/a/mounted\" \"$0/a/deep/mounted\" \"$0/b c/mounted\"";
        var step = sandbox.RunProgram(["/bin/sh", "-c", Script, shown], request => request with { Paths = [new(shown, MountAccess.ReadOnly)] }).ShouldSucceed();
        Assert.That(step.Output, Is.EqualTo("mmm"));
    }

    [Test]
    public void A_mount_point_behind_a_symlink_ends_the_setup_and_makes_nothing()
    {
        using var tree = new TemporaryTree { ["dir/file"] = "x", ["../outside/file"] = "x" };
        using var sandbox = Sandbox.Over(tree).In(Isolation.Namespaces);
        sandbox.Run($"rm -r dir; ln -s {tree.Beside("outside")} dir").ShouldSucceed();

        // As if the plan had been made before: the builder refuses this by itself.
        var plan = PlanBuilder.Build(sandbox.Request(["true"]));
        plan = plan with { Mounts = [.. plan.Mounts, new EmptyDirectory(tree.PathOf("dir/below"), 0x1ff, Writable: true), new EmptyFile(tree.PathOf("dir/file"))] };
        var before = Trees.Exact(tree.Beside("outside"));
        var step = sandbox.RunPlan(plan);
        Assert.That((step.Status.ExitCode, Trees.Exact(tree.Beside("outside"))), Is.EqualTo(((int?)null, before)));
    }

    [Test]
    public void Nothing_of_the_host_is_left_in_the_mount_namespace()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(Isolation.Namespaces);
        var points = sandbox.Run("cut -d' ' -f5,6 /proc/self/mountinfo | grep -v -e ' ro' | cut -d' ' -f1 | sort").ShouldSucceed().Output;
        Assert.That(points, Is.EqualTo(string.Join('\n', new[] { "/dev/pts", "/dev/shm", "/proc", "/tmp", "/var/tmp", tree.Root, tree.Beside("state-home") }.Order(StringComparer.Ordinal)) + "\n"));
    }

    [Test]
    public void The_bounding_set_is_empty_but_for_what_root_keeps()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(Isolation.Namespaces);
        var left = Caller.IsRoot ? "000000000000001b" : "0000000000000000";
        Assert.That(sandbox.Run("grep -E '^Cap(Inh|Bnd|Amb):' /proc/self/status /proc/1/status | cut -d: -f2,3").Output.Replace('\t', ' '), Is.EqualTo($"CapInh: 0000000000000000\nCapBnd: {left}\nCapAmb: 0000000000000000\nCapInh: 0000000000000000\nCapBnd: {left}\nCapAmb: 0000000000000000\n"));
    }

    [Test]
    public void The_network_has_a_loopback_device_that_works()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(Isolation.Namespaces);
        Assert.That(sandbox.Run("grep -c 127.0.0.1 /proc/net/fib_trie").Output, Is.Not.EqualTo("0\n"));
    }

    [Test]
    public void A_root_that_holds_the_programs_of_the_setup_is_refused()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(Isolation.Namespaces);
        var plan = PlanBuilder.Build(sandbox.Request(["true"]));
        plan = plan with { Mounts = [.. plan.Mounts, new BindMount("/usr/lib", "/usr/lib", Writable: true)] };
        Assert.That(Refusal.Of(() => sandbox.RunPlan(plan)).Code, Is.EqualTo("SBX2050"));
    }

    [Test]
    public void Who_kills_the_first_process_from_outside_ends_all_and_no_exit_code_is_made_up()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(Isolation.Namespaces);
        var marker = $"98764.{Random.Shared.Next(1_000_000)}";
        var start = sandbox.Prepare(["sh", "-c", $"(setsid sleep {marker} &) & echo started; sleep {marker}"], null, out var launch);
        using var running = launch;
        using var step = Process.Start(start)!;
        Assert.That(step.StandardOutput.ReadLine(), Is.EqualTo("started"));
        step.Kill();
        step.WaitForExit();
        Assert.That(launch.Finish(step.ExitCode).ExitCode, Is.Null);
        Assert.That(RunningProcess.All().Where(process => process.CommandLine == "sleep " + marker), Is.Empty);
    }
}
