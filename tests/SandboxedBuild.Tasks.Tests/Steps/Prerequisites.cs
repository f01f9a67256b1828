using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>What is missing has a code and a way out, and the command does not run without its sandbox.</summary>
internal sealed class Prerequisites
{
    [Test]
    public void A_state_directory_in_a_root_is_an_error()
    {
        using var project = new Project(settings: settings => settings.StateDirectory = Path.Combine(settings.Root!, "state"));
        project.Step("echo > ran").ShouldFailWith("SBX2006");
        Assert.That(project.Tree.Has("ran"), Is.False);
    }

    [Test]
    public void A_root_in_the_state_directory_is_an_error()
    {
        using var project = new Project(settings: settings => settings.StateDirectory = Path.GetDirectoryName(settings.Root!));
        project.Step("echo > ran").ShouldFailWith("SBX2006");
        Assert.That(project.Tree.Has("ran"), Is.False);
    }

    [Test]
    public void A_state_directory_that_cannot_be_made_is_an_error()
    {
        using var project = new Project(settings: settings => settings.StateDirectory = "/proc/nowhere");
        project.Step("echo > ran").ShouldFailWith("SBX1006");
        Assert.That(project.Tree.Has("ran"), Is.False);
    }

    [Test]
    public void A_bubblewrap_that_is_too_old_is_an_error()
    {
        using var project = WithTool("bwrap", TreeEntry.File("#!/bin/sh\necho '--args --bind --unshare-user'\n", "755"));
        var step = project.Step("echo > ran").ShouldFailWith("SBX1010");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Diagnostics, Does.Contain("--json-status-fd"));
            Assert.That(project.Tree.Has("ran"), Is.False);
        }
    }

    [Test]
    public void A_bubblewrap_with_roots_rights_is_an_error()
    {
        using var project = WithTool("bwrap", TreeEntry.File("#!/bin/sh\n", "4755"));
        var step = project.Step("echo > ran").ShouldFailWith("SBX1002");
        Assert.That(step.Diagnostics, Does.Contain("chmod u-s"));
    }

    [TestCase("unshare", "SBX1003")]
    [TestCase("mount", "SBX1004")]
    public void What_refuses_the_sandbox_is_named(string tool, string code)
    {
        using var project = WithTool("bwrap", Bubblewrap(""));
        project.Tree["../tools/" + tool] = TreeEntry.File("#!/bin/sh\necho no such luck >&2\nexit 1\n", "755");
        var step = project.Step("echo > ran", static exec => exec.Strategy = "Overlay").ShouldFailWith(code);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Diagnostics, Does.Contain("no such luck"));
            Assert.That(project.Tree.Has("ran"), Is.False);
        }
    }

    [TestCase("unshare", "echo no such luck >&2; exit 1", "SBX1003", "Copy")]
    [TestCase("mount", "case \"$*\" in *'-T mounts') ! grep -q lowerdir= mounts || { echo no such luck >&2; exit 1; } ;; esac; exec /bin/mount \"$@\"", "SBX1004", "FuseOverlay")]
    [TestCase("mount", "case \"$*\" in *'-T mounts') ! grep -q lowerdir= mounts || { echo no such luck >&2; exit 1; } ;; *lower) echo no such luck >&2; exit 1 ;; esac; exec /bin/mount \"$@\"", "SBX1004", "Copy")]
    public void Where_no_overlay_can_be_mounted_the_next_strategy_is_taken_and_that_is_said(string tool, string behaviour, string code, string taken)
    {
        using var project = WithTool("bwrap", Bubblewrap(""));
        project.Tree["../tools/" + tool] = TreeEntry.File($"#!/bin/sh\n{behaviour}\n", "755");
        if (OrdinaryUser.IsRoot && tool == "unshare")
        {
            // Root's steps need a mount namespace before bwrap's, in which the host's devices are read-only.
            project.Step("echo > ran").ShouldFailWith(code);
            Assert.That(project.Tree.Has("ran"), Is.False);
            return;
        }

        var step = project.Step("echo > ran").ShouldSucceed();
        Assert.That(project.Tree.Has("ran"));
        Assert.That(step.Extended("SandboxedBuild.Step").Single().ExtendedData, Does.Contain($"\"strategy\":\"{taken}\"").And.Contain($"Overlay does not work here ({code}: ").And.Contain("no such luck"));
        Assert.That(step.Events.Select(static logged => logged.Message), Has.Some.Contains("Overlay does not work here"));
    }

    [Test]
    public void Where_nothing_works_what_refuses_the_sandbox_is_named()
    {
        using var project = WithTool("bwrap", Bubblewrap("echo no such luck >&2; exit 1"));
        project.Tree["../tools/unshare"] = TreeEntry.File("#!/bin/sh\necho nor here >&2\nexit 1\n", "755");
        var step = project.Step("echo > ran").ShouldFailWith("SBX1003");
        Assert.That(step.Diagnostics, Does.Contain("nor here"));
    }

    [TestCase("echo out of order >&2; exit 1")]
    [TestCase("exit 1")]
    [TestCase("exit 0")]
    [TestCase("exit 42")]
    [TestCase("kill -KILL $$")]
    public void A_sandbox_that_fails_is_not_taken_for_the_command(string failure)
    {
        // It works when the host is tried out, and fails later.
        using var project = WithTool("bwrap", Bubblewrap($"[ ! -e $(dirname $0)/broken ] || {{ {failure}; }}"));
        project.Step("true").ShouldSucceed();
        project.Tree["../tools/broken"] = "";
        var before = project.Tree.Describe();
        var step = project.Step("echo > ran", exec => exec.IgnoreExitCode = true).ShouldFailWith("SBX3001");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Task.ExitCode, Is.EqualTo(-1));
            Assert.That(project.Tree.Describe(), Is.EqualTo(before));
        }
    }

    [Test]
    public void A_tool_that_a_step_could_have_put_there_is_not_used()
    {
        using var project = new Project(new() { ["tools/bwrap"] = TreeEntry.File("#!/bin/sh\nexit 1\n", "755") });
        project.Environment.SetEnvironmentVariable("PATH", project.Tree.PathOf("tools") + ":tools:/usr/bin:/bin");
        project.Step("true").ShouldSucceed();
    }

    [Test]
    public void An_owner_that_is_not_mapped_is_explained()
    {
        using var project = new Project();
        var step = project.Step("echo 'cp: file: Value too large for defined data type' >&2; exit 1");
        Assert.That(step.Codes.Split(' '), Does.Contain("MSB3073").And.Contain("SBX3002"));
    }

    /// <summary>A disk that is full: see the tests of the tool, which fill one.</summary>
    [Test]
    public void A_host_that_fails_while_a_step_is_prepared_is_an_error_and_not_a_stack_trace()
    {
        using var project = new Project();
        var overlay = project.CreateOverlay();
        var arguments = Path.Combine(project.Tree.StateDirectory(), overlay, "step", "arguments");
        File.Delete(arguments);
        Directory.CreateDirectory(arguments);
        var step = project.Step("echo > ran", exec => exec.Overlay = overlay).ShouldFailWith("SBX3004");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Diagnostics, Does.Contain(arguments).And.Contain("not touched"));
            Assert.That(project.Tree.Has("ran"), Is.False);
        }
    }

    [Test]
    public void Without_settings_a_step_is_denied()
    {
        using var tree = new TemporaryTree();
        using var engine = new RecordingBuildEngine { ProjectFileOfTaskNode = tree.PathOf("the.csproj") };
        var step = new SandboxedExec
        {
            BuildEngine = engine,
            Command = "sh -c 'echo > ran'",
            TaskEnvironment = Microsoft.Build.Framework.TaskEnvironment.CreateWithProjectDirectoryAndEnvironment(tree.Root),
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Execute(), Is.False);
            Assert.That(engine.Errors.Select(error => error.Code), Is.EqualTo(["SBX2001"]));
            Assert.That(tree.Has("ran"), Is.False);
        }
    }

    /// <summary>A project whose PATH begins with a directory that holds this tool, and lies outside of the root: no step can write there.</summary>
    /// <summary>What it leaves has the output open, which MSBuild reads to the end.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void A_sandbox_that_is_killed_while_it_is_set_up_keeps_nobody_waiting(bool isTrial)
    {
        foreach (var delay in new[] { "0.002", "0.004", "0.006", "0.008" })
        {
            using var project = WithTool("bwrap", Bubblewrap("""
                if [ -e $(dirname $0)/delay ]; then
                  delay=$(cat $(dirname $0)/delay)
                  ( exec <&- >&- 2>&- 3<&- 4>&- 5>&- 6>&- 7>&-; sleep $delay; kill -KILL $$ ) &
                fi
                """));
            if (!isTrial)
            {
                project.Step("echo > ran").ShouldSucceed();
            }

            project.Tree["../tools/delay"] = TreeEntry.File(delay, "644");
            var step = Task.Run(() => project.Step("sleep 345.67"));
            Assert.That(step.Wait(TimeSpan.FromSeconds(30)), delay);
            step.Result.ShouldFailWith("SBX3001");
        }
    }

    private static Project WithTool(string name, TreeEntry tool)
    {
        var tree = new TemporaryTree { ["../tools/" + name] = tool };
        return new(tree, environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["PATH"] = tree.Beside("tools") + ":/usr/bin:/bin" });
    }

    /// <summary>The host's, which first does something else and leaves overlays to mount(8), as versions before 0.11.0 do.</summary>
    private static TreeEntry Bubblewrap(string first) => TreeEntry.File(
        $$"""
        #!/bin/sh
        [ "$1" != --help ] || { /usr/bin/bwrap --help | grep -v -e --overlay; exit; }
        {{first}}
        exec /usr/bin/bwrap "$@"

        """,
        "755");
}
