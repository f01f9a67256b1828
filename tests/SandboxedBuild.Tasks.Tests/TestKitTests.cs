using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

internal sealed class TestKitTests
{
    [Test]
    public void A_tree_is_what_it_was_arranged_to_be()
    {
        using var tree = new TemporaryTree
        {
            ["hello.txt"] = "hello\n",
            ["src/run.sh"] = TreeEntry.File("#!/bin/sh\n", "755"),
            ["src/big"] = new string('x', 1000),
            ["link"] = TreeEntry.SymbolicLink("nowhere"),
            ["pipe"] = TreeEntry.Fifo("600"),
            ["empty"] = TreeEntry.Directory("1777"),
        };
        Assert.That(tree.Describe(), Is.EqualTo(
            """
            d 755 .
            d 1777 empty
            f 644 hello.txt "hello\n"
            l 777 link -> nowhere
            p 600 pipe
            d 755 src
            f 644 src/big 1000 bytes, sha256 44f8354494a5ba03
            f 755 src/run.sh "#!/bin/sh\n"

            """));
    }

    [Test]
    public void Times_and_hard_links_are_described_if_asked_for()
    {
        using var tree = new TemporaryTree { ["a"] = "a" };
        tree["b"] = TreeEntry.HardLink(tree.PathOf("a"));
        File.SetLastWriteTimeUtc(tree.PathOf("a"), DateTime.UnixEpoch.AddSeconds(1.5));
        Assert.That(tree.Describe(TreeDetails.Times | TreeDetails.HardLinks), Does.EndWith(
            """
            f 644 a "a" modified 1.5000000000
            f 644 b "a" modified 1.5000000000 same file as a

            """));
    }

    [Test]
    public void Names_are_bytes()
    {
        using var tree = new TemporaryTree();
        Command.Run("sh", ["-c", @"printf x > ""$(printf 'new\nline')""; printf y > ""$(printf 'not-utf8-\377')"""], workingDirectory: tree.Root);
        Assert.That(tree.Describe(), Is.EqualTo(
            """
            d 755 .
            f 644 new\x0aline "x"
            f 644 not-utf8-\xff "y"

            """));
    }

    [Test]
    public void A_tree_that_forbids_it_is_deleted_all_the_same()
    {
        var tree = new TemporaryTree { ["locked/inner/file"] = "x", ["locked/inner"] = TreeEntry.Directory("000"), ["locked"] = TreeEntry.Directory("000") };
        tree.Dispose();
        Assert.That(Directory.Exists(tree.Surroundings), Is.False);
    }

    [Test]
    public void A_link_out_of_a_tree_is_deleted_but_not_followed()
    {
        using var other = new TemporaryTree { ["kept"] = "x" };
        using (_ = new TemporaryTree { ["link"] = TreeEntry.SymbolicLink(other.Root) })
        {
        }

        Assert.That(other.Describe(), Does.Contain("kept"));
    }

    [Test]
    public void Leftovers_are_named()
    {
        using var tree = new TemporaryTree();
        var leftovers = Leftovers.Around(tree, tree.StateDirectory());
        Directory.CreateDirectory(Path.Combine(tree.StateDirectory(), "overlays", "forgotten"));
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sleep", "60") { WorkingDirectory = tree.Root })!;
        try
        {
            Assert.That(leftovers.Appeared(), Is.EquivalentTo(
                new[] { "entry " + tree.Beside("state/overlays/forgotten"), $"process {process.Id}: sleep 60" }));
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    [Test]
    public void The_engine_disposes_what_tasks_left_with_it_when_the_build_ends()
    {
        using var registered = new CancellationTokenSource();
        using (var engine = new RecordingBuildEngine())
        {
            engine.RegisterTaskObject("key", registered, Microsoft.Build.Framework.RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
            Assert.That(engine.GetRegisteredTaskObject("key", Microsoft.Build.Framework.RegisteredTaskObjectLifetime.Build), Is.SameAs(registered));
        }

        Assert.That(() => registered.Token, Throws.TypeOf<ObjectDisposedException>());
    }
}
