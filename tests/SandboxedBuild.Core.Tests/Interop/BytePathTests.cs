using System.Text;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Core.Tests;

/// <summary>Paths as bytes.</summary>
internal sealed class BytePathTests
{
    private readonly int _seed = Environment.TickCount;

    [TestCase("")]
    [TestCase("a")]
    [TestCase("a/b/c")]
    [TestCase("...")]
    [TestCase(" / ")]
    [TestCase("-rf/\n/ü/*")]
    public void These_are_paths(string text)
    {
        var path = BytePath.FromString(text);
        Assert.That(Encoding.UTF8.GetString(path.Bytes), Is.EqualTo(text));
        Assert.That(path.Depth, Is.EqualTo(text.Length == 0 ? 0 : text.Split('/').Length));
    }

    [TestCase("/")]
    [TestCase("/a")]
    [TestCase("a/")]
    [TestCase("a//b")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("a/..")]
    [TestCase("../a")]
    [TestCase("a/./b")]
    [TestCase("a\0b")]
    public void These_are_none(string text) => Assert.That(() => BytePath.FromString(text), Throws.ArgumentException);

    [Test]
    public void Display_escapes_what_is_no_text()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(BytePath.Display("a\nb\u0001\u007f"u8), Is.EqualTo("a\\x0ab\\x01\\x7f"));
            Assert.That(BytePath.Display([0xff, (byte)'a', 0xc3, 0xbc, 0xc3]), Is.EqualTo("\\xffaü\\xc3"));
            Assert.That(BytePath.Display([0xed, 0xa0, 0x80]), Is.EqualTo("\\xed\\xa0\\x80"), "a surrogate is no text");
            Assert.That(BytePath.Display("\u0085\u009b"u8), Is.EqualTo("\\xc2\\x85\\xc2\\x9b"), "C1 control characters steer terminals too");
            Assert.That(BytePath.Display([]), Is.Empty);
        }
    }

    [Test]
    public void Different_paths_look_different()
    {
        var (raw, text) = (BytePath.FromBytes("a\nb"u8), BytePath.FromBytes("a\\x0ab"u8));
        Assert.That(raw.ToString(), Is.Not.EqualTo(text.ToString()));
    }

    [Test]
    public void A_directory_comes_right_before_what_is_in_it()
    {
        var sorted = new[] { "a", "a/b", "a/b/c", "a/z", "a b", "a!", "a.b", "a0", "b" }.Select(BytePath.FromString).Order().ToList();
        for (var index = 0; index < sorted.Count; index++)
        {
            var end = sorted.FindLastIndex(path => path.IsAtOrBelow(sorted[index]));
            Assert.That(sorted[index..(end + 1)].TrueForAll(path => path.IsAtOrBelow(sorted[index])), sorted[index].ToString());
        }
    }

    [Test]
    public void Order_is_a_total_order_that_agrees_with_equality()
    {
        var random = new Random(_seed);
        for (var round = 0; round < 3000; round++)
        {
            var (a, b, c) = (Any(random), Any(random), Any(random));
            using (Assert.EnterMultipleScope())
            {
                Assert.That(a.CompareTo(b), Is.EqualTo(-b.CompareTo(a)), Seed(a, b));
                Assert.That(a.CompareTo(b) == 0, Is.EqualTo(a == b), Seed(a, b));
                Assert.That(a != b || a.GetHashCode() == b.GetHashCode(), Seed(a, b));
                Assert.That(a < b, Is.EqualTo(b > a), Seed(a, b));
                Assert.That(a <= b, Is.EqualTo(!(a > b)), Seed(a, b));
                Assert.That(!(a <= b && b <= c) || a <= c, Seed(a, b, c));
            }
        }
    }

    [Test]
    public void Parts_make_the_whole()
    {
        var random = new Random(_seed);
        for (var round = 0; round < 3000; round++)
        {
            var path = Any(random);
            if (path.IsRoot)
            {
                Assert.That(path.Parent.IsRoot);
                continue;
            }

            using (Assert.EnterMultipleScope())
            {
                Assert.That(path.Parent.Append(path.Name) == path, Seed(path));
                Assert.That(BytePath.FromBytes(path.Bytes) == path, Seed(path));
                Assert.That(path.Parent.Depth, Is.EqualTo(path.Depth - 1), Seed(path));
                Assert.That(path.IsAtOrBelow(path) && path.IsAtOrBelow(path.Parent) && path.IsAtOrBelow(default) && !path.Parent.IsAtOrBelow(path), Seed(path));
                Assert.That(path.IsAtOrBelow(path.Append("x"u8)), Is.False, Seed(path));
                Assert.That(path.Parent < path, Seed(path));
            }
        }
    }

    /// <summary>Few components, so that paths have something to do with one another; bytes around the slash's 0x2f.</summary>
    private static BytePath Any(Random random)
    {
        var path = default(BytePath);
        for (var depth = random.Next(4); depth > 0; depth--)
        {
            path = path.Append([.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => "ab-!0\xff\x01. "u8[random.Next(10)])]);
        }

        return path.Bytes.IsEmpty || path.ToString().Split('/').Any(static name => name is "." or "..") ? default : path;
    }

    private string Seed(params BytePath[] paths) => $"seed {_seed}: {string.Join(", ", paths)}";
}
