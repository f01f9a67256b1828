using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Core.Tests;

/// <summary>Opening, listing and asking, by descriptors and bytes.</summary>
internal sealed class DirectoryTests
{
    [Test]
    public void All_names_are_listed_as_bytes_and_sorted()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, "touch -- \"$(printf 'a\\nb')\" \"$(printf '\\377')\" -x ' ' .hidden '...'; mkdir dir; ln -s x link; mkfifo pipe");
        using var directory = Opening.Directory(tree.Root);
        Assert.That(DirectoryReading.Names(directory).Select(static name => BytePath.Display(name)), Is.EqualTo(new[] { " ", "-x", "...", ".hidden", "a\\x0ab", "dir", "link", "pipe", "\\xff" }));
        Assert.That(DirectoryReading.Names(directory), Has.Count.EqualTo(9), "a second time from the start");
    }

    [Test]
    public void More_names_than_one_call_gives()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, "n=$(printf '%200s' x | tr ' ' n); seq 3000 | sed s/^/$n-/ | xargs touch");
        using var directory = Opening.Directory(tree.Root);
        Assert.That(DirectoryReading.Names(directory).Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(3000));
    }

    [TestCase("link", Errno.Loop)]
    [TestCase("dir/link", Errno.Loop)]
    [TestCase("link/sub", Errno.Loop)]
    [TestCase("file", Errno.NotDirectory)]
    [TestCase("pipe", Errno.NotDirectory)]
    [TestCase("missing", Errno.NotFound)]
    [TestCase("file/below", Errno.NotDirectory)]
    public void A_directory_is_not_opened_through(string path, int error)
    {
        using var tree = Arrange();
        using var root = Opening.Directory(tree.Root);
        var refused = Assert.Throws<SystemCallException>(() => Opening.Directory(root, BytePath.FromString(path)));
        Assert.That(refused!.Error, Is.EqualTo(error).Or.EqualTo(error == Errno.Loop ? Errno.NotDirectory : error));
        Assert.That(Opening.TryDirectory(root, BytePath.FromString(path)), Is.Null);
    }

    [TestCase("..")]
    [TestCase("../tree")]
    [TestCase("dir/../..")]
    [TestCase("/")]
    [TestCase("/etc")]
    [TestCase("dir/up")]
    [TestCase("magic")]
    public void Nothing_leads_out_of_the_root(string name)
    {
        using var tree = Arrange();
        using var root = Opening.Directory(tree.Root);
        Assert.That(() => Opening.Child(root, Encoding.UTF8.GetBytes(name)), Throws.InstanceOf<SystemCallException>());
    }

    [TestCase("link-to-file")]
    [TestCase("away")]
    [TestCase("../beside")]
    public void A_file_is_not_opened_through(string name)
    {
        using var tree = Arrange();
        using var root = Opening.Directory(tree.Root);
        Assert.That(() => Opening.File(root, Encoding.UTF8.GetBytes(name)), Throws.InstanceOf<SystemCallException>());
    }

    [Test]
    public void A_new_file_takes_nobodys_place_and_follows_no_symlink()
    {
        using var tree = Arrange();
        using var root = Opening.Directory(tree.Root);
        Assert.That(() => Opening.NewFile(root, "file"u8), Throws.InstanceOf<SystemCallException>());
        Assert.That(() => Opening.NewFile(root, "dangling"u8), Throws.InstanceOf<SystemCallException>());
        Assert.That(tree.Has("target"), Is.False);
    }

    [Test]
    [CancelAfter(5000)]
    public void A_fifo_does_not_block()
    {
        using var tree = Arrange();
        using var root = Opening.Directory(tree.Root);
        using var pipe = Opening.File(root, "pipe"u8);
        Assert.That(Stat.Of(pipe).Type, Is.EqualTo(EntryType.Fifo));
    }

    [TestCase("missing")]
    [TestCase("file")]
    [TestCase("file/below")]
    [TestCase("dangling")]
    public void A_directory_that_cannot_be_opened_is_an_error_at_once(string path)
    {
        using var tree = Arrange();
        Assert.That(() => Opening.Directory(tree.PathOf(path)), Throws.InstanceOf<SystemCallException>());
    }

    [Test]
    public void A_lock_in_a_directory_that_is_not_there_is_not_taken()
    {
        using var tree = Arrange();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(FileLock.TryTake(tree.PathOf("missing"), create: false), Is.Null);
            Assert.That(FileLock.TryTake(tree.PathOf("missing/lock"), create: false), Is.Null);
            Assert.That(() => FileLock.TryTake(tree.PathOf("missing/lock"), create: true), Throws.InstanceOf<SystemCallException>());
            Assert.That(FileLock.TryTake(tree.PathOf("dangling"), create: false), Is.Null, "no symlink is followed");
        }
    }

    [Test]
    public void Every_type_is_known()
    {
        using var tree = Arrange();
        Shell.Run(tree.Root, $"{NativeProgram.UnixSocket} make socket");
        using var root = Opening.Directory(tree.Root);
        using var dev = Opening.Directory("/dev");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stat.TryOf(root, "file"u8)!.Value.Type, Is.EqualTo(EntryType.File));
            Assert.That(Stat.TryOf(root, "dir"u8)!.Value.Type, Is.EqualTo(EntryType.Directory));
            Assert.That(Stat.TryOf(root, "link"u8)!.Value.Type, Is.EqualTo(EntryType.SymbolicLink));
            Assert.That(Stat.TryOf(root, "pipe"u8)!.Value.Type, Is.EqualTo(EntryType.Fifo));
            Assert.That(Stat.TryOf(root, "socket"u8)!.Value.Type, Is.EqualTo(EntryType.Socket));
            Assert.That(Stat.TryOf(dev, "null"u8)!.Value, Has.Property("Type").EqualTo(EntryType.CharacterDevice).And.Property("IsWhiteout").False);
            Assert.That(Stat.TryOf(root, "missing"u8), Is.Null);
            Assert.That(Stat.TryOf(root, "file/below"u8), Is.Null);
        }
    }

    [Test]
    public void What_stat_says_is_what_stat_says()
    {
        using var tree = Arrange();
        Shell.Run(tree.Root, "touch -d '1969-12-31 23:59:58.25 UTC' file; chmod 4751 file; ln file hard; touch -d @5000000000.000000001 dir");
        using var root = Opening.Directory(tree.Root);
        foreach (var name in new[] { "file", "dir", "link", "pipe" })
        {
            var said = Shell.Run(tree.Root, $"stat -c '%a %u %g %i %s %h' {name}").Trim();
            var stat = Stat.TryOf(root, Encoding.UTF8.GetBytes(name))!.Value;
            Assert.That($"{Convert.ToString(stat.Mode, 8)} {stat.Uid} {stat.Gid} {stat.Inode} {stat.Size} {stat.Links}", Is.EqualTo(said), name);
        }

        Assert.That(Stat.TryOf(root, "file"u8)!.Value.Modified, Is.EqualTo(-1_750_000_000));
        Assert.That(Stat.TryOf(root, "dir"u8)!.Value.Modified, Is.EqualTo(5_000_000_000_000_000_001));
    }

    [TestCase(0L)]
    [TestCase(-1L)]
    [TestCase(-1_750_000_000L)]
    [TestCase(1_000_000_000_123_456_789L)]
    [TestCase(5_000_000_000_000_000_001L)]
    public void Times_go_there_and_back(long nanoseconds)
    {
        using var tree = Arrange();
        using var root = Opening.Directory(tree.Root);
        foreach (var name in new[] { "file", "dir", "link", "pipe", "" })
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            Ownership.SetModified(root, bytes, nanoseconds);
            Assert.That((name.Length == 0 ? Stat.Of(root) : Stat.TryOf(root, bytes)!.Value).Modified, Is.EqualTo(nanoseconds), name);
        }
    }

    private static TemporaryTree Arrange() => new()
    {
        ["file"] = "x",
        ["dir/sub/file"] = "x",
        ["link"] = TreeEntry.SymbolicLink("dir"),
        ["dir/link"] = TreeEntry.SymbolicLink("sub"),
        ["dir/up"] = TreeEntry.SymbolicLink("../.."),
        ["link-to-file"] = TreeEntry.SymbolicLink("file"),
        ["away"] = TreeEntry.SymbolicLink("/etc/passwd"),
        ["dangling"] = TreeEntry.SymbolicLink("target"),
        ["magic"] = TreeEntry.SymbolicLink("/proc/self/root"),
        ["pipe"] = TreeEntry.Fifo(),
    };
}
