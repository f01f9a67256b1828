using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Core.Tests;

/// <summary>Making overlays, and what they are made of.</summary>
internal sealed class OverlayTests
{
    [Test]
    public void Nobody_else_may_look_into_the_state()
    {
        using var tree = new TemporaryTree { ["secret"] = TreeEntry.File("x", "600") };
        using var sandbox = Sandbox.Over(tree);
        var modes = Shell.Run(tree.Surroundings, "umask 000; stat -c '%a %n' state state/2* state/2*/1 state/2*/step").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(modes.Select(static line => line.Split(' ')[0]), Is.All.EqualTo("700"));
    }

    [TestCase("755")]
    [TestCase("700")]
    [TestCase("1777")]
    [TestCase("2775")]
    [TestCase("555")]
    public void The_root_looks_inside_as_it_is(string mode)
    {
        using var tree = new TemporaryTree();
        var attribute = NativeProgram.Attribute;
        Shell.Run(tree.Root, $"{attribute} set . user.colour 626c7565; touch -d @1000000000.5 .; chmod {mode} .");
        using var sandbox = Sandbox.Over(tree);
        var inside = sandbox.Run($"stat -c '%a %u %g %Y' .; {attribute} get . user.colour", request => request with { Needs = [attribute] }).ShouldSucceed();
        Assert.That(inside.Output, Is.EqualTo($"{mode} {Caller.Uid} {Caller.Gid} 1000000000\nblue"));
        Assert.That(sandbox.Changes.IsEmpty, ChangeText.Of(sandbox.Changes.Entries));
    }

    [Test]
    public void Roots_in_one_another_and_named_twice_are_one()
    {
        using var tree = new TemporaryTree { ["a/b/c/file"] = "x", ["ab/file"] = "x", ["link"] = TreeEntry.SymbolicLink("a") };
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf("a/b"), tree.PathOf("a"), tree.PathOf("ab"), tree.PathOf("a/"), tree.PathOf("link"), tree.PathOf("a/b/c/../.."));
        Assert.That(sandbox.Overlay.Roots.Select(static root => (root.Number, root.Path)), Is.EqualTo(new[] { (1, tree.PathOf("a")), (2, tree.PathOf("ab")) }));
    }

    [Test]
    public void A_root_through_a_symlink_is_the_real_directory()
    {
        using var tree = new TemporaryTree { ["real/file"] = "x", ["link"] = TreeEntry.SymbolicLink("real") };
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf("link"));
        sandbox.Run($"pwd; echo new > {tree.PathOf("link")}/file", request => request with
        {
            WorkingDirectory = tree.PathOf("link"),
            Aliases = request.Aliases.Add(tree.PathOf("link"), tree.PathOf("real")),
        }).ShouldSucceed();
        sandbox.Commit();
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nl 777 link -> real\nd 755 real\nf 644 real/file \"new\\n\"\n"));
    }

    [Test]
    public void Roots_on_different_filesystems_are_changed_by_one_step()
    {
        using var tree = new TemporaryTree { ["one/file"] = "old", ["two/file"] = "old" };
        using var other = new OtherMount();
        var third = Path.Combine(other.Path, "three");
        Shell.Run(other.Path, "umask 022; mkdir three; printf old > three/file");
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf("one"), tree.PathOf("two"), third);
        sandbox.Run($"umask 022; for root in . ../two {third}; do echo new > $root/file; mkdir $root/made; done").ShouldSucceed();
        Assert.That(tree.Read("one/file") + tree.Read("two/file") + File.ReadAllText(third + "/file"), Is.EqualTo("oldoldold"));

        sandbox.Commit();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nd 755 one\nf 644 one/file \"new\\n\"\nd 755 one/made\nd 755 two\nf 644 two/file \"new\\n\"\nd 755 two/made\n"));
            Assert.That(TreeDescription.Of(third), Is.EqualTo("d 755 .\nf 644 file \"new\\n\"\nd 755 made\n"));
            Assert.That(sandbox.Overlay.Roots.Select(static root => root.SameMount), Is.EqualTo(new[] { true, true, true }), "the third root's part is beside it");
        }
    }

    [TestCase("with space")]
    [TestCase("comma,colon:equals=")]
    [TestCase("back\\slash")]
    [TestCase("quote'\"$x`y`")]
    [TestCase("-dash")]
    [TestCase("ümläut")]
    [TestCase("new\nline")]
    public void Any_name_will_do_for_a_root_and_for_the_state(string name)
    {
        using var tree = new TemporaryTree();
        var root = Directory.CreateDirectory(tree.PathOf(name)).FullName;
        using var sandbox = Sandbox.Over(tree.Beside(name + "/state"), root);
        sandbox.Run("echo x > file").ShouldSucceed();
        sandbox.Commit();
        Assert.That(File.ReadAllText(Path.Combine(root, "file")), Is.EqualTo("x\n"));
    }

    [TestCase("missing", "does not exist")]
    [TestCase("file", "is not a directory")]
    [TestCase("file/below", "is not a directory")]
    [TestCase("dangling", "does not exist")]
    public void A_root_that_is_no_directory_is_refused(string root, string reason)
    {
        using var tree = new TemporaryTree { ["file"] = "x", ["dangling"] = TreeEntry.SymbolicLink("nowhere") };
        var refused = Refusal.Of(() => Sandbox.Over(tree.Beside("state"), tree.PathOf(root)));
        Assert.That((refused.Code, refused.Message), Is.EqualTo(("SBX2003", refused.Message)));
        Assert.That(refused.Message, Does.Contain($"{tree.PathOf(root)} {reason}"));
        Assert.That(Directory.Exists(tree.Beside("state")), Is.False);
    }

    [TestCase("tree")]
    [TestCase("tree/state")]
    [TestCase("tree/link-to-inside", Description = "A symlink outside that leads into the root")]
    [TestCase("into-tree", Description = "A symlink beside the root that leads into it")]
    [TestCase("into-tree/deeper")]
    [TestCase("tree/../tree/state")]
    [TestCase(".")]
    [TestCase("tree/")]
    public void State_in_a_root_or_around_it_is_refused(string state)
    {
        using var tree = new TemporaryTree { ["inside/file"] = "x", ["link-to-inside"] = TreeEntry.SymbolicLink("inside") };
        File.CreateSymbolicLink(tree.Beside("into-tree"), tree.PathOf("inside"));
        var before = tree.Describe();
        var store = new OverlayStore(Callers.At("/nonexistent"), state == "." ? tree.Surroundings : tree.Beside(state));
        Assert.That(Refusal.Of(() => store.Create([tree.Root])).Code, Is.EqualTo("SBX2006"));
        Assert.That(tree.Describe(), Is.EqualTo(before));
    }

    [Test]
    public void State_that_cannot_be_written_is_refused()
    {
        using var tree = new TemporaryTree { ["../file"] = "x" };
        var refused = Refusal.Of(() => new OverlayStore(Callers.At(tree.Beside("home")), tree.Beside("file/state")).Create([tree.Root]));
        Assert.That((refused.Code, refused.Message.Contains(tree.Beside("file/state"), StringComparison.Ordinal)), Is.EqualTo(("SBX1006", true)));
    }

    [Test]
    public void Without_any_place_for_state_all_that_were_tried_are_named()
    {
        // Nobody can make a directory in /proc, root neither.
        var refused = Refusal.Of(() => new OverlayStore(Callers.At("/dev/null"), null).Create(["/proc/sys"]));
        Assert.That((refused.Code, refused.Message), Is.EqualTo(("SBX1006", refused.Message)));
        Assert.That(refused.Message, Does.Contain("/dev/null/.cache").And.Contain($"/proc/.sandboxed-build-{Caller.Uid}"));
    }

    [Test]
    public void Without_a_home_the_message_says_so()
    {
        var refused = Refusal.Of(() => new OverlayStore(Callers.With(), null).Create(["/"]));
        Assert.That((refused.Code, refused.Message.Contains("HOME is not set", StringComparison.Ordinal)), Is.EqualTo(("SBX1006", true)));
    }

    [TestCase("20200101T000000Z-00000000")]
    [TestCase("../../../../etc")]
    [TestCase("")]
    [TestCase("20200101T000000Z-0000000/")]
    public void An_unknown_id_is_refused(string id)
    {
        using var tree = new TemporaryTree();
        var refused = Refusal.Of(() => new OverlayStore(Callers.At(tree.Beside("home")), tree.Beside("state")).Open(id));
        Assert.That((refused.Code, refused.Message.Contains(tree.Beside("state"), StringComparison.Ordinal)), Is.EqualTo(("SBX2004", true)));
    }

    [TestCase("chmod 755 $state")]
    [TestCase("echo > $state/manifest.json")]
    [TestCase("rm $state/manifest.json")]
    [TestCase("sed -i 's/\"id\": \"2/\"id\": \"3/' $state/manifest.json")]
    public void State_that_cannot_be_trusted_is_unknown(string tamper)
    {
        using var tree = new TemporaryTree();
        var store = new OverlayStore(Callers.At(tree.Beside("home")), tree.Beside("state"));
        using var overlay = store.Create([tree.Root]);
        Shell.Run(tree.Root, $"state={overlay.Directory}; {tamper}");
        Assert.That(Refusal.Of(() => store.Open(overlay.Id)).Code, Is.EqualTo("SBX2004"));
    }
}
