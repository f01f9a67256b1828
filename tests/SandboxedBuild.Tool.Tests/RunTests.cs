using System.Diagnostics;
using System.Globalization;

namespace SandboxedBuild.Tool.Tests;

/// <summary>A command in the sandbox, and what it and its caller see of each other.</summary>
internal sealed class RunTests
{
    [Test]
    public void What_the_command_prints_passes_untouched()
    {
        using var desk = new Desk();
        var answer = desk.Run("run", "--", "sh", "-c", @"printf 'out\377\033[1m\n'; printf 'err\n' >&2");
        Assert.That(answer.Command.Output, Is.EqualTo((byte[])[.. "out"u8, 0xff, .. "\e[1m\n"u8]));
        Assert.That(answer.Error, Is.EqualTo("err\nNothing changed.\n"));
        desk.ShouldHaveNothingLeft();
    }

    [TestCase("exit 0", 0)]
    [TestCase("exit 7", 7)]
    [TestCase("kill -TERM $$", 143)]
    [TestCase("exec nosuchprogram", 127)]
    [TestCase("[ -z \"$(cat)\" ]", 0, TestName = "Standard_input_is_empty")]
    [TestCase("[ ! -t 0 ] && [ -z \"$SECRET\" ] && [ \"$HOME\" != / ]", 0, TestName = "The_environment_is_the_plan_s")]
    public void It_exits_as_the_command_does(string script, int exitCode)
    {
        using var desk = new Desk { Variables = { ["SECRET"] = "x" } };
        desk.Run("run", "--", "sh", "-c", script).ShouldExitWith(exitCode);
        desk.ShouldHaveNothingLeft();
    }

    [TestCase(null, "auto", 2)]
    [TestCase(null, "bubblewrap", 2)]
    [TestCase(null, "Namespaces", 0)]
    [TestCase("Namespaces", null, 0)]
    [TestCase("Namespaces", "bubblewrap", 2)]
    public void The_isolation_is_the_one_that_is_named(string? variable, string? option, int filter)
    {
        using var desk = new Desk();
        desk.Variables["SandboxIsolation"] = variable ?? string.Empty;
        var answer = desk.Run(["run", .. option is null ? [] : new[] { "--isolation", option }, "--", "grep", "^Seccomp:", "/proc/self/status"]).ShouldSucceed();
        Assert.That(answer.Output, Is.EqualTo($"Seccomp:\t{filter}\n"));
        desk.ShouldHaveNothingLeft();
    }

    [TestCase("sleep 60", "SBX3020", "--time-limit", "1s")]
    [TestCase("head -c 3M /dev/zero > file", "SBX3022", "--disk-limit", "1M")]
    [TestCase("head -c 3M /dev/zero > file", "SBX3024", "--file-size-limit", "1M")]
    [TestCase("perl -e 'my @kept; while (open(my $file, \"<\", \"/dev/null\")) { push @kept, $file } sleep 1; exit 1'", "SBX3025", "--open-file-limit", "20")]
    [TestCase("true", "SBX2007", "--memory-limit", "much")]
    public void A_command_that_goes_beyond_a_limit_changes_nothing(string script, string code, string option, string limit)
    {
        using var desk = new Desk();
        var answer = desk.Run("run", "--commit", option, limit, "--", "sh", "-c", script).ShouldExitWith(code == "SBX2007" ? 2 : 125);
        Assert.That(answer.Error, Does.Contain(code).And.Contain(option));
        desk.ShouldHaveNothingLeft();
    }

    [TestCase("error", 125, "SBX1002", false)]
    [TestCase("weaken", 0, "SBX1031", false)]
    [TestCase("plain", 0, "SBX1032", true)]
    public void Where_the_isolation_is_not_available_it_does_as_it_was_told(string option, int exitCode, string code, bool isThere)
    {
        using var desk = new Desk(new TemporaryTree { ["a.txt"] = "one", ["../tools/bwrap"] = TreeEntry.File("#!/bin/sh\n", "4755") });
        desk.Variables["PATH"] = desk.Tree.Beside("tools") + ":/usr/bin:/bin";
        var answer = desk.Run("run", "--on-unavailable", option, "--", "sh", "-c", "echo > made").ShouldExitWith(exitCode);
        Assert.That(answer.Error, Does.Contain(code));
        Assert.That(desk.Tree.Has("made"), Is.EqualTo(isThere));
        desk.Run("run", "--on-unavailable", "plain", "--discard", "--", "sh", "-c", "echo > other").ShouldExitWith(2);
        Assert.That(desk.Tree.Has("other"), Is.False, "what is to be thrown away has to be caught");
    }

    [Test]
    public void An_isolation_that_there_is_not_is_an_error()
    {
        using var desk = new Desk();
        var answer = desk.Run("run", "--isolation", "jail", "--", "true").ShouldExitWith(2);
        Assert.That(answer.Error, Does.Contain("SBX2007").And.Contain("bubblewrap, namespaces, none"));
        desk.ShouldHaveNothingLeft();
    }

    [TestCase("auto")]
    [TestCase("overlay")]
    [TestCase("copy")]
    [TestCase("none")]
    public void Writes_are_caught_in_the_way_that_is_asked_for(string strategy)
    {
        using var desk = new Desk(new() { ["file"] = "old" });
        desk.Run("run", "--commit", "--strategy", strategy, "--", "sh", "-c", "echo new > file; echo x > made").ShouldSucceed();
        Assert.That(desk.Tree.Read("file") + desk.Tree.Read("made"), Is.EqualTo("new\nx\n"));
    }

    [TestCase("--hold", "hold changes")]
    [TestCase("--discard", "throw changes away")]
    [TestCase("--print=false", "say so: --commit")]
    [TestCase("--commit --exclude=file", "leave out some")]
    public void With_no_way_back_there_is_nothing_to_decide(string options, string said)
    {
        using var desk = new Desk(new() { ["file"] = "old" });
        var answer = desk.Run(["run", "--strategy", "none", .. options.Split(' '), "--", "sh", "-c", "echo new > file"]).ShouldExitWith(125);
        Assert.That(answer.Error, Does.Contain("SBX1021").And.Contain(said));
        Assert.That(desk.Tree.Read("file"), Is.EqualTo("old"));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void With_no_way_back_what_a_failed_command_did_stays_and_is_told()
    {
        using var desk = new Desk(new() { ["file"] = "old", ["dir/file"] = "old" });
        var failed = desk.Run("run", "--strategy", "none", "--commit", "--", "sh", "-c", "echo new > file; exit 3").ShouldExitWith(3);
        Assert.That(failed.Error, Does.Contain("SBX1020").And.Contain("SBX4023").And.Contain("1 modified (live already)"));
        var grave = desk.Run("run", "--strategy", "none", "--commit", "--", "sh", "-c", "echo new > dir/.envrc").ShouldExitWith(124);
        Assert.That(grave.Error, Does.Contain("SBX4023").And.Contain("dir/.envrc"));
        Assert.That(desk.Tree.Read("file") + desk.Tree.Read("dir/.envrc"), Is.EqualTo("new\nnew\n"));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void Without_a_sandbox_what_the_command_changed_is_live_and_told()
    {
        using var desk = new Desk(new() { ["file"] = "old", [".git/HEAD"] = "ref: refs/heads/main\n" });
        var answer = desk.Run("run", "--isolation", "none", "--strategy", "copy", "--format", "json", "--", "sh", "-c", "echo new > file; echo x > .git/index").ShouldSucceed();
        Assert.That(answer.Error, Does.Contain("SBX1033").And.Contain("strategy Copy").And.Contain("SBX4023").And.Contain("1 added, 1 modified (live already)"));
        Assert.That(((string)answer.Json["outcome"]!, string.Join(' ', answer.Json["changes"]!.AsArray().Select(static change => $"{change!["kind"]} {change["path"]}"))), Is.EqualTo(("committed", "added .git/index modified file")));
        var failed = desk.Run("run", "--isolation", "none", "--", "sh", "-c", "echo half > file; exit 3").ShouldExitWith(3);
        Assert.That(failed.Error, Does.Contain("SBX4023").And.Contain("1 modified (live already)").And.Not.Contain("SBX1020").And.Not.Contain("The sandbox does not show"));
        Assert.That(desk.Tree.Read("file"), Is.EqualTo("half\n"));
        desk.ShouldHaveNothingLeft();
    }

    [TestCase("--hold", "held or thrown away")]
    [TestCase("--discard", "held or thrown away")]
    [TestCase("--commit --exclude=file", "left out")]
    [TestCase("--strategy=none --hold", "held or thrown away")]
    public void Without_a_sandbox_there_is_nothing_to_decide(string options, string said)
    {
        using var desk = new Desk(new() { ["file"] = "old" });
        var answer = desk.Run(["run", "--isolation", "none", .. options.Split(' '), "--", "sh", "-c", "echo new > file"]).ShouldExitWith(2);
        Assert.That(answer.Error, Does.Contain("SBX2051").And.Contain(said));
        Assert.That(desk.Tree.Read("file"), Is.EqualTo("old"));
        desk.ShouldHaveNothingLeft();
    }

    /// <summary>The one outside has the root's lock as long as the one inside runs; another root is locked as ever.</summary>
    [TestCase("--isolation", "none")]
    [TestCase("--strategy", "overlay")]
    [TestCase("--strategy", "snapshot")]
    public void Without_a_sandbox_there_can_be_a_run_in_a_run(string option, string value)
    {
        using var desk = new Desk();
        string[] inner = [.. Desk.Tool, "run", "--commit", option, value];
        var answer = desk.Run(["run", "--isolation", "none", "--", .. inner, "--", "sh", "-c", "echo x > inner"]).ShouldSucceed();
        Assert.That(answer.Error, Does.Contain("1 added (live already)"));
        answer = desk.Run(["run", "--isolation", "none", "--", .. inner, "--root", desk.Home, "--", "sh", "-c", $"echo x > {desk.Home}/elsewhere"]).ShouldSucceed();
        Assert.That((desk.Tree.Has("inner"), File.Exists(Path.Combine(desk.Home, "elsewhere"))), Is.EqualTo((true, true)), answer.Error);
    }

    [Test]
    public void Where_it_cannot_be_told_what_the_command_changes_it_runs_and_that_is_said()
    {
        using var desk = new Desk { Variables = { ["SandboxStateDirectory"] = "/proc/nowhere", ["SandboxAuditLog"] = "false" } };
        var answer = desk.Run("run", "--isolation", "none", "--format", "json", "--", "sh", "-c", "echo x > made").ShouldSucceed();
        Assert.That(answer.Error, Does.Contain("SBX1033").And.Contain("What it changes is not told").And.Contain("/proc/nowhere"));
        Assert.That(((string)answer.Document("result")["outcome"]!, desk.Tree.Has("made")), Is.EqualTo(("notCaught", true)));
    }

    [Test]
    public void An_interrupted_command_that_wrote_in_place_is_told_of()
    {
        using var desk = new Desk(new() { ["file"] = "old" });
        var line = desk.Line("run", "--isolation", "none", "--", "sh", "-c", "echo new > file; echo started; sleep 300");
        using var running = Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = desk.Tree.Root })!;
        Assert.That(running.StandardOutput.ReadLine(), Is.EqualTo("started"));
        Command.Run("kill", ["-s", "TERM", running.Id.ToString(CultureInfo.InvariantCulture)]);
        Assert.That(running.StandardError.ReadToEnd(), Does.Contain("SBX4023").And.Contain("file"));
        running.WaitForExit();
        Assert.That(running.ExitCode, Is.EqualTo(143));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void An_unknown_way_to_catch_writes_is_refused()
    {
        using var desk = new Desk { Variables = { ["SandboxStrategy"] = "Copies" } };
        var answer = desk.Run("run", "--", "true").ShouldExitWith(2);
        Assert.That(answer.Error, Does.Contain("SBX2007").And.Contain("Auto, Overlay, FuseOverlay, Copy"));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void The_environment_has_limits_too()
    {
        using var desk = new Desk { Variables = { ["SandboxTimeLimit"] = "1s" } };
        desk.Run("run", "--", "sleep", "60").ShouldExitWith(125);
        desk.Run("run", "--time-limit", "1m", "--", "sleep", "1.2").ShouldSucceed();
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void Arguments_are_handed_on_as_they_are()
    {
        using var desk = new Desk();
        string[] words = ["--root", "--", "@file", "-x", "a b", "$HOME", "", "*", "--format", "json", "ü\n"];
        var answer = desk.Run(["run", "--", "printf", "%s|", .. words]).ShouldSucceed();
        Assert.That(answer.Output, Is.EqualTo(string.Join('|', words) + "|"));
    }

    [Test]
    public void A_command_without_options_needs_no_dashes()
    {
        using var desk = new Desk();
        Assert.That(desk.Run("run", "--discard", "cat", "a.txt").ShouldSucceed().Output, Is.EqualTo("one\ntwo\nthree\n"));
    }

    [Test]
    public void The_root_is_found_upward_and_the_command_starts_where_its_caller_is()
    {
        using var desk = new Desk(new TemporaryTree { ["repository/.git/HEAD"] = "ref", ["repository/sub/file"] = "x" });
        var answer = desk.RunIn(desk.Tree.PathOf("repository/sub"), "run", "--commit", "--", "sh", "-c", "pwd; touch new ../above").ShouldSucceed();
        Assert.That(answer.Output, Is.EqualTo(desk.Tree.PathOf("repository/sub") + "\n"));
        Assert.That(desk.Tree.Has("repository/sub/new") && desk.Tree.Has("repository/above"));
    }

    [Test]
    public void Several_roots_are_one_commit()
    {
        using var desk = new Desk(new TemporaryTree { ["one/a"] = "1", ["two/b"] = "2", ["three/c"] = "3" });
        var answer = desk.Run("run", "--root", "one", "--root", desk.Tree.PathOf("two"), "--commit", "--", "sh", "-c", "echo x > a; rm ../two/b; ! echo x > ../three/c");
        answer.ShouldSucceed();
        Assert.That(answer.Error, Does.Contain($"in {desk.Tree.PathOf("one")}:\n").And.Contain($"in {desk.Tree.PathOf("two")}:\n").And.Contain("1 modified, 1 deleted (committed)"));
        Assert.That((desk.Tree.Read("one/a"), desk.Tree.Has("two/b"), desk.Tree.Read("three/c")), Is.EqualTo(("x\n", false, "3")));
    }

    [Test]
    public void A_program_outside_the_roots_is_shown_by_its_name_and_other_files_by_request()
    {
        using var desk = new Desk(new TemporaryTree { ["root/file"] = "x", ["tool.sh"] = TreeEntry.File("#!/bin/sh\ncat \"$1\"\n", "755"), ["data"] = "data" });
        var root = desk.Tree.PathOf("root");
        var refused = desk.RunIn(root, "run", "--", "../tool.sh", desk.Tree.PathOf("data")).ShouldExitWith(1);
        Assert.That(refused.Error, Does.Contain($"--read-only {desk.Tree.PathOf("data")}"), "it says how to show it");
        Assert.That(desk.RunIn(root, "run", "--read-only", "../data", "--", "../tool.sh", desk.Tree.PathOf("data")).ShouldSucceed().Output, Is.EqualTo("data"));
    }

    [Test]
    public void Settings_come_from_the_environment_too()
    {
        using var desk = new Desk { Variables = { ["SandboxRoot"] = "dir", ["SandboxNetwork"] = "Host", ["SandboxStateDirectory"] = "../state" } };
        var plan = desk.Run("run", "--print", "--format", "json", "--", "true").ShouldSucceed().Json;
        Assert.That(((string)plan["roots"]![0]!, (string)plan["network"]!), Is.EqualTo((desk.Tree.PathOf("dir"), "host")));
        desk.Run("run", "--hold", "--", "sh", "-c", "touch x").ShouldSucceed();
        Assert.That(Directory.EnumerateDirectories(desk.Tree.Beside("state"), "2*").Count(), Is.EqualTo(1));
    }

    [Test]
    public void Print_runs_nothing_and_leaves_nothing()
    {
        using var desk = new Desk { Variables = { ["FOO_A"] = "a" } };
        var answer = desk.Run("run", "--print", "--pass-environment", "FOO_*", "--temporary", "dir", "--", "touch", "x").ShouldSucceed();
        Assert.That(answer.Output, Does.Contain($"root      {desk.Tree.Root}\n").And.Contain($"  overlay    {desk.Tree.Root}\n").And.Contain($"  empty      {desk.Tree.PathOf("dir")}\n").And.Contain("  FOO_A=a\n"));
        Assert.That(desk.Tree.Has("x"), Is.False);
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void A_sandbox_that_fails_is_not_taken_for_the_command()
    {
        using var programs = new TemporaryTree { ["mount"] = TreeEntry.File("#!/bin/sh\necho mount: permission denied >&2\nexit 32\n", "755") };
        using var desk = new Desk { Variables = { ["PATH"] = programs.Root + ":" + Environment.GetEnvironmentVariable("PATH") } };
        var answer = desk.Run("run", "--commit", "--strategy", "overlay", "--format", "json", "--", "true").ShouldExitWith(125);
        Assert.That((string)answer.Json["error"]!["code"]!, Is.EqualTo("SBX1004"));
        Assert.That(answer.Error, Does.StartWith("error SBX1004: ").And.Contain("permission denied"));
        desk.ShouldHaveNothingLeft();
    }
}
