using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Core.Tests;

/// <summary>Extended attributes, of the entry itself.</summary>
internal sealed class AttributeTests
{
    [Test]
    public void Names_and_values_go_there_and_back()
    {
        using var tree = new TemporaryTree { ["file"] = "x", ["dir/file"] = "x" };
        using var root = Opening.Directory(tree.Root);
        foreach (var entry in new[] { "file", "dir", "" })
        {
            var name = Encoding.UTF8.GetBytes(entry);
            Attributes.Put(root, name, "user.empty"u8, []);
            Attributes.Put(root, name, "user.bytes"u8, [0, 255, 10]);
            Attributes.Put(root, name, [.. "user."u8, 0xff], "x"u8);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(Attributes.Value(root, name, "user.empty"u8), Is.Empty);
                Assert.That(Attributes.Value(root, name, "user.bytes"u8), Is.EqualTo(new byte[] { 0, 255, 10 }));
                Assert.That(Attributes.Value(root, name, "user.missing"u8), Is.Null);
                Assert.That(Attributes.Names(root, name).Select(Encoding.Latin1.GetString).Where(static attribute => attribute.StartsWith("user.", StringComparison.Ordinal)).Order(StringComparer.Ordinal), Is.EqualTo(new[] { "user.bytes", "user.empty", "user.ÿ" }));
            }

            Attributes.Drop(root, name, "user.bytes"u8);
            Attributes.Drop(root, name, "user.bytes"u8);
            Assert.That(Attributes.Value(root, name, "user.bytes"u8), Is.Null);
        }
    }

    [Test]
    public void Many_long_names_and_a_long_value()
    {
        using var tree = new TemporaryTree { ["file"] = "x" };
        using var root = Opening.Directory(tree.Root);
        var names = Enumerable.Range(0, 20).Select(static number => $"user.{new string('n', 90)}{number}").ToList();
        names.ForEach(name => Attributes.Put(root, "file"u8, Encoding.UTF8.GetBytes(name), "v"u8));
        var value = new byte[1000];
        Random.Shared.NextBytes(value);
        Attributes.Put(root, "file"u8, "user.long"u8, value);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Attributes.Names(root, "file"u8).Select(Encoding.UTF8.GetString), Is.SupersetOf(names));
            Assert.That(Attributes.Value(root, "file"u8, "user.long"u8), Is.EqualTo(value));
        }
    }

    [Test]
    public void A_symlink_is_not_followed()
    {
        using var tree = new TemporaryTree { ["file"] = "x", ["link"] = TreeEntry.SymbolicLink("file") };
        using var root = Opening.Directory(tree.Root);
        Attributes.Put(root, "file"u8, "user.x"u8, "1"u8);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Attributes.Value(root, "link"u8, "user.x"u8), Is.Null);
            Assert.That(() => Attributes.Put(root, "link"u8, "user.x"u8, "2"u8), Throws.InstanceOf<SystemCallException>());
            Assert.That(Attributes.Value(root, "file"u8, "user.x"u8), Is.EqualTo("1"u8.ToArray()));
        }
    }

    [Test]
    public void Names_of_entries_may_be_any_bytes()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, "touch -- \"$(printf 'a\\nb\\377')\"");
        using var root = Opening.Directory(tree.Root);
        byte[] name = [.. "a\nb"u8, 0xff];
        Attributes.Put(root, name, "user.x"u8, "1"u8);
        Assert.That(Attributes.Value(root, name, "user.x"u8), Is.EqualTo("1"u8.ToArray()));
    }

    [Test]
    public void Those_of_overlayfs_belong_to_nobody()
    {
        using var tree = new TemporaryTree { ["one"] = "x", ["two"] = "x" };
        using var root = Opening.Directory(tree.Root);
        Attributes.Put(root, "one"u8, "user.overlay.origin"u8, "1"u8);
        Attributes.Put(root, "one"u8, "user.mine"u8, "1"u8);
        Attributes.Put(root, "two"u8, "user.stale"u8, "1"u8);
        UserAttributes.Copy(root, "one"u8, root, "two"u8);
        Assert.That(Attributes.Names(root, "two"u8).Select(Encoding.UTF8.GetString).Where(static attribute => attribute.StartsWith("user.", StringComparison.Ordinal)), Is.EqualTo(new[] { "user.mine" }));
        Assert.That(UserAttributes.AreEqual(root, root, "one"u8, EntryType.File));
    }
}
