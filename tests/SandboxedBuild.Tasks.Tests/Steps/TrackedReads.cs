using System.Text.Json.Nodes;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>SandboxTrackReads and SandboxUndeclaredInputs: which files a step has read.</summary>
internal sealed class TrackedReads
{
    private static readonly (string Command, string Expected)[] Commands =
    [
        ("cat one", "one"),
        ("cat one two > three; cat three", "one two"),
        ("cd sub && cat ../one deep", "one sub/deep"),
        ("sh sub/tool.sh", "one sub/tool.sh"),
        ("./sub/tool.sh", "one sub/tool.sh"),
        ("cat link", "link"),
        ("cat dirlink/deep", "dirlink/deep"),
        ("echo new > one; cat one", ""),
        ("cat one > kept; echo new > one; cat one", "one"),
        ("echo more >> one; cat one", "one"),
        ("echo new >> made; cat made", ""),
        ("echo new >> made; cat made; rm made", ""),
        ("echo new >> made; mv made newer; cat newer", ""),
        ("echo new > draft; mv draft one; cat one", ""),
        ("mv one moved; cat moved", "one"),
        ("cat 'q\", O_WRONLY|O_TRUNC'", "q\", O_WRONLY|O_TRUNC"),

        // An overlay has no renames of directories: mv copies.
        ("mv sub moved; cat moved/deep", "sub/deep sub/tool.sh"),
        ("rm one; echo new > one; cat one", ""),
        ("mkdir new; cp one new/copy; cat new/copy", "one"),
        ("ln one other; cat other", "one"),
        ("test -e one; ls sub; stat two > /dev/null", ""),
        ("cat nothing || true", ""),
        ("cat 'a b;%(x)'", "a b;%(x)"),
        ("python3 -c \"import os; f = os.open('one', os.O_RDWR); os.read(f, 9)\"", "one"),
        ("python3 -c \"import os; f = os.open('lock', os.O_RDWR | os.O_CREAT); os.read(f, 9)\"", ""),
        ("python3 -c \"import os; f = os.open('one', os.O_RDWR | os.O_CREAT); os.read(f, 9)\"", "one"),
        ("seq 20 | xargs -P 4 -I{} cat one two > /dev/null", "one two"),
        ("(cat one &) ; setsid cat two; wait; sleep 0.2", "one two"),
        ("echo 'cat \"$1\"' | sh -s one", "one"),

        // Names that the step has given to what was there.
        ("ln -s one mine; cat mine", "one"),
        ("ln -s sub mine; cat mine/deep", "sub/deep"),
        ("ln -s \"$PWD/one\" /tmp/mine; cat /tmp/mine", "one"),
        ("cat /dev/stdin < one", "one"),
        ("exec 3< one; rm one; cat /proc/self/fd/3", "one"),
        ("echo new > t; exec 3< t; rm t; cat /proc/self/fd/3", ""),
        ("ln -s one mine; rm mine; echo new > mine; cat mine", ""),
        ("ln -s sub mine; echo new > mine/new; mv mine/new mine/newer; cat mine/newer", ""),
        ("mkdir d; echo new > d/f; mv d e; cat e/f", ""),
        ("mkdir d; echo new > d/f; mv d e; mkdir d; mv one d/f; cat d/f", "one"),

        // Names on the way of which there are symlinks, and those by a directory's descriptor.
        ("echo new > dirlink/new; mv dirlink/new dirlink/deep; cat sub/deep", ""),
        ("ln -s sub mine; echo new > mine/new; mv mine/new mine/deep; cat sub/deep", ""),
        ("rm dirlink/deep; echo new > sub/deep; cat sub/deep", ""),
        ("mv one dirlink/moved; cat sub/moved", "one"),
        ("echo new > sub/new; python3 -c \"import os; os.fchdir(os.open('sub', 0)); os.rename('new', 'deep')\"; cat sub/deep", ""),
        ("python3 -c \"import os; f = os.open('sub', 0); os.rename('one', 'moved', src_dir_fd=os.open('.', 0), dst_dir_fd=f)\"; cat sub/moved", "one"),

        // Programs: by a descriptor, behind a link.
        ("python3 -c \"import os; f = os.open('sub/tool.sh', 0); os.set_inheritable(f, True); os.execve(f, ['two', 'out'], os.environ)\"", "one sub/tool.sh"),
        ("./run", "one run"),
    ];

    [TestCaseSource(nameof(Cases))]
    public void What_a_command_reads_of_what_was_there(string command, string expected)
    {
        using var project = Tracking();
        var step = project.Step(command).ShouldSucceed();
        Assert.That(Names(step), Is.EqualTo(expected));
    }

    private static IEnumerable<TestCaseData> Cases => Commands.Select(static pair => new TestCaseData(pair.Command, pair.Expected).SetArgDisplayNames(pair.Command));

    [TestCase("Copy", "Bubblewrap")]
    [TestCase("Snapshot", "Bubblewrap")]
    [TestCase("Overlay", "Namespaces")]
    public void The_same_by_other_ways(string strategy, string isolation)
    {
        using var project = Tracking(settings => (settings.Strategy, settings.Isolation) = (strategy, isolation));
        var step = project.Step("cat one link > made; cat made; echo new > two; cat two; echo x >> more; cat more; sh sub/tool.sh");
        Assert.That(step.Succeeded, step.Log);
        Assert.That(Names(step), Is.EqualTo("link one sub/tool.sh"));
    }

    [Test]
    public void What_lies_in_a_directory_that_was_moved_is_what_it_was()
    {
        using var project = Tracking(static settings => settings.Strategy = "Copy");
        Assert.That(Names(project.Step("mv sub moved; mv moved again; echo x > again/new; cat again/deep again/new").ShouldSucceed()), Is.EqualTo("sub/deep"));
    }

    [Test]
    public void What_was_written_over_in_a_directory_that_was_moved_is_the_steps_own()
    {
        using var project = Tracking(static settings => settings.Strategy = "Copy");
        Assert.That(Names(project.Step("echo new > sub/deep; mv sub moved; mv moved again; cat again/deep").ShouldSucceed()), Is.Empty);
    }

    [Test]
    public void An_item_says_where_the_file_is_and_what_is_behind_a_link()
    {
        using var project = Tracking();
        var item = project.Step("cat link").ShouldSucceed().Task.Reads.Single();
        Assert.That((item.ItemSpec, item.GetMetadata("Root"), item.GetMetadata("RelativePath"), item.GetMetadata("LinkTarget")), Is.EqualTo((project.Tree.PathOf("link"), project.Tree.Root, "link", project.Tree.PathOf("one"))));
    }

    [Test]
    public void The_event_has_the_files_what_was_missing_and_how_many_are_elsewhere()
    {
        using var project = Tracking();
        var step = project.Step("cat one link; test -e missing/file || cat nowhere 2> /dev/null || true").ShouldSucceed();
        var data = JsonNode.Parse(step.Extended("SandboxedBuild.Reads").Single().ExtendedData!)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(data["files"]!.ToJsonString(), Is.EqualTo($$"""[{"root":"{{project.Tree.Root}}","path":"link","target":"{{project.Tree.PathOf("one")}}"},{"root":"{{project.Tree.Root}}","path":"one","target":null}]"""));
            Assert.That(data["missing"]!.AsArray().Select(static path => Path.GetFileName((string)path!)), Is.EqualTo(new[] { "file", "nowhere" }));
            Assert.That(data["outside"]!.AsArray().Select(static place => ((string)place!["place"]!, (int)place["files"]! > 0, place["paths"])), Does.Contain(("/usr", true, (JsonNode?)null)));
            Assert.That(data["outside"]!.AsArray().Select(static place => (string)place!["place"]!), Has.None.AnyOf("/proc", "/dev", "/tmp"));
            Assert.That(((bool)data["isCut"]!, (int)data["version"]!), Is.EqualTo((false, 1)));
        }
    }

    [Test]
    public void All_has_those_elsewhere_by_name()
    {
        using var project = Tracking(static settings => settings.TrackReads = "All");
        var step = project.Step("cat one /etc/hostname").ShouldSucceed();
        Assert.That(step.Task.Reads.Select(static item => item.ItemSpec), Does.Contain("/etc/hostname").And.Contain(project.Tree.PathOf("one")).And.Some.Contains("libc.so"));
        Assert.That(step.Task.Reads.Where(static item => item.GetMetadata("Root").Length > 0).Select(static item => item.ItemSpec), Is.EqualTo(new[] { project.Tree.PathOf("one") }));
        Assert.That(step.Extended("SandboxedBuild.Reads").Single().ExtendedData, Does.Contain("\"/etc/hostname\""));
    }

    [TestCase(null)]
    [TestCase("false")]
    public void Without_it_nothing_is_kept(string? value)
    {
        using var project = Tracking(settings => settings.TrackReads = value);
        var step = project.Step("cat one").ShouldSucceed();
        Assert.That(step.Task.Reads, Is.Empty);
        Assert.That(step.Extended("SandboxedBuild.Reads"), Is.Empty);
    }

    [Test]
    public void A_step_that_fails_tells_what_it_has_read_until_then()
    {
        using var project = Tracking();
        Assert.That(Names(project.Step("cat one; exit 3").ShouldFailWith("MSB3073")), Is.EqualTo("one"));
    }

    [Test]
    public void A_step_of_a_shared_overlay_reads_what_the_one_before_has_made()
    {
        using var project = Tracking();
        var overlay = project.CreateOverlay();
        project.Step("echo x > made", step => step.Overlay = overlay).ShouldSucceed();
        Assert.That(Names(project.Step("cat made one", step => step.Overlay = overlay).ShouldSucceed()), Is.EqualTo("made one"));
    }

    [Test]
    public void Where_nothing_surrounds_the_command_nothing_is_known()
    {
        using var project = Tracking(static settings => settings.Isolation = "None");
        var step = project.Step("cat one");
        step.ShouldWarnWith("SBX1033");
        Assert.That(step.Task.Reads, Is.Empty);
    }

    /// <summary>What it could not write is told with SandboxTrace alone.</summary>
    [TestCase("None", "")]
    [TestCase("OnFailure", "")]
    [TestCase("Always", "SBX3030")]
    public void It_goes_with_every_way_to_trace(string trace, string codes)
    {
        using var project = Tracking(settings => settings.Trace = trace);
        var step = project.Step("cat one; touch /usr/made-by-a-step 2> /dev/null || true");
        Assert.That((step.Succeeded, step.Codes, Names(step)), Is.EqualTo((true, codes, "one")));
    }

    [Test]
    public void A_step_that_fails_is_traced_once_and_not_again()
    {
        using var project = Tracking(static settings => settings.Trace = "OnFailure");
        var step = project.Step("touch /usr/made-by-a-step 2> /dev/null; exit 3").ShouldFailWith("MSB3073 SBX3030");
        Assert.That(step.Log, Does.Not.Contain("runs again"));
    }

    [Test]
    public void A_step_of_which_the_reads_are_kept_leaves_the_same_tree()
    {
        const string Work = "mkdir -p a/b; seq 60 | xargs -P 4 -I{} sh -c 'cat one > a/b/f{}'; mv sub moved; ln -s a/b l; rm a/b/f7; cat two >> one; touch -d @7 two; chmod 700 moved/deep";
        var results = new[] { "false", "All" }.Select(static value =>
        {
            using var project = Tracking(settings => settings.TrackReads = value);
            project.Step(Work).ShouldSucceed();
            return project.Tree.Describe();
        }).ToList();
        Assert.That(results[1], Is.EqualTo(results[0]));
    }

    [TestCase("one", "one sub/tool.sh", null)]
    [TestCase("sh sub/tool.sh", "one;sub", null)]
    [TestCase("sh sub/tool.sh", "one", "sub/tool.sh")]
    [TestCase("cat link two", "one", "two")]
    [TestCase("cat link two", "link", "two")]
    [TestCase("cat out two; echo new > out", "two", null)]
    [TestCase("cat one two", "", null)]
    public void What_the_inputs_do_not_name(string command, string inputs, string? undeclared)
    {
        using var project = Tracking(static settings => (settings.TrackReads, settings.UndeclaredInputs) = (null, "Warn"));
        var step = project.Step(command == "one" ? "cat one" : command, step => (step.Inputs, step.Outputs) = (Items(inputs.Replace(' ', ';')), Items("out")));
        Assert.That((step.Succeeded, step.Codes), Is.EqualTo((true, undeclared is null ? "" : "SBX3040")), step.Log);
        Assert.That(undeclared is null || step.Log.Contains($": {{tree}}/{undeclared}. When it changes", StringComparison.Ordinal), step.Log);
    }

    [Test]
    public void As_an_error_nothing_is_committed()
    {
        using var project = Tracking(static settings => settings.UndeclaredInputs = "Error");
        var before = project.Tree.Describe();
        var step = project.Step("cat one two > out", static step => (step.Inputs, step.Outputs) = (Items("one"), Items("out"))).ShouldFailWith("SBX3040");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Log, Does.Contain("read 1 file that its Inputs do not name: {tree}/two."));
            Assert.That(project.Tree.Describe(), Is.EqualTo(before));
            Assert.That(step.Task.Outcome, Is.EqualTo("RolledBack"));
            Assert.That(step.Extended("SandboxedBuild.Step").Single().ExtendedData, Does.Contain("\"failure\":\"Undeclared\""));
        }
    }

    [Test]
    public void A_step_that_failed_is_not_held_to_its_inputs()
    {
        using var project = Tracking(static settings => settings.UndeclaredInputs = "Error");
        project.Step("cat two; exit 3", static step => step.Inputs = Items("one")).ShouldFailWith("MSB3073");
    }

    [Test]
    public void A_shared_overlay_goes_with_a_step_that_reads_what_it_must_not()
    {
        using var project = Tracking(static settings => settings.UndeclaredInputs = "Error");
        var overlay = project.CreateOverlay();
        project.Step("cat two > other", step => (step.Overlay, step.Inputs) = (overlay, Items("one"))).ShouldFailWith("SBX3040");
        project.Run(new OverlayCommit { Overlay = overlay });
        Assert.That(project.Tree.Has("other"), Is.False);
    }

    [TestCase("TrackReads", "Valid: False, True, All.")]
    [TestCase("UndeclaredInputs", "Valid: Ignore, Warn, Error.")]
    public void Another_value_is_an_error(string setting, string valid)
    {
        using var project = new Project();
        var run = project.Register("other.csproj", settings => _ = setting == "TrackReads" ? settings.TrackReads = "maybe" : settings.UndeclaredInputs = "maybe").ShouldFailWith("SBX2007");
        Assert.That(run.Log, Does.Contain(valid));
    }

    private static Project Tracking(Action<RegisterSandboxSettings>? more = null) => new(
        new()
        {
            ["one"] = "1\n",
            ["two"] = "2\n",
            ["out"] = "old\n",
            ["sub/deep"] = "deep\n",
            ["sub/tool.sh"] = TreeEntry.File("#!/bin/sh\ncat one\n", mode: "755"),
            ["link"] = TreeEntry.SymbolicLink("one"),
            ["dirlink"] = TreeEntry.SymbolicLink("sub"),
            ["run"] = TreeEntry.SymbolicLink("sub/tool.sh"),
            ["a b;%(x)"] = "odd\n",
            ["q\", O_WRONLY|O_TRUNC"] = "odd\n",
        },
        settings =>
        {
            settings.TrackReads = "true";
            more?.Invoke(settings);
        });

    private static ITaskItem[] Items(string paths) => [.. paths.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static path => new TaskItem(path))];

    private static string Names(TaskRun<SandboxedExec> step) => string.Join(' ', step.Task.Reads.Select(item => Path.GetRelativePath(step.Root, item.ItemSpec)).Order(StringComparer.Ordinal));
}
