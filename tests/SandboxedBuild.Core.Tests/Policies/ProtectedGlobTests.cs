using System.Text;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

internal sealed class ProtectedGlobTests
{
    [TestCase("deploy/**", "/repo/deploy/a/b", true)]
    [TestCase("deploy/**", "/repo/deploy", true, TestName = "two stars stand for no directory, too")]
    [TestCase("deploy/**", "/repo/deployed/a", false)]
    [TestCase("deploy/**", "/repo/sub/deploy/a", false, TestName = "a pattern begins at its directory")]
    [TestCase("deploy/**", "/deploy/a", false)]
    [TestCase("deploy/", "/repo/deploy/a", true, TestName = "a slash at the end means all that is in it")]
    [TestCase("deploy", "/repo/deploy/a", false, TestName = "a name alone is that entry alone")]
    [TestCase("deploy/*.yml", "/repo/deploy/a.yml", true)]
    [TestCase("deploy/*.yml", "/repo/deploy/a/b.yml", false, TestName = "a star does not go beyond a name")]
    [TestCase("**/*.yml", "/repo/a.yml", true)]
    [TestCase("**/*.yml", "/repo/a/b/c.yml", true)]
    [TestCase("**/a/**/b", "/repo/x/a/y/z/b", true)]
    [TestCase("**/a/**/b", "/repo/x/a/y/z/c", false)]
    [TestCase("*a*b*", "/repo/xaabyb", true)]
    [TestCase("*a*b*", "/repo/ba", false)]
    [TestCase("./a", "/repo/a", true)]
    [TestCase("../a", "/a", true, TestName = "dots lead out of the directory")]
    [TestCase("/etc/*", "/etc/a", true, TestName = "an absolute pattern is one")]
    [TestCase("A", "/repo/a", false, TestName = "what is granted is meant by the letter")]
    [TestCase("a?", "/repo/ab", false, TestName = "a question mark is a character as any other")]
    [TestCase("a\\b", "/repo/a\\b", true, TestName = "and so is a backslash")]
    public void A_pattern_means(string pattern, string path, bool isMeant) =>
        Assert.That(ProtectedGlob.In("/repo", pattern).Matches(Encoding.UTF8.GetBytes(path)), Is.EqualTo(isMeant));

    [TestCase("deploy", "/repo/deploy/a", true, TestName = "what is protected is so with all that is in it")]
    [TestCase("deploy/*.yml", "/repo/DEPLOY/a.YML", true, TestName = "and in any case")]
    [TestCase("deploy/*.yml", "/repo/deploy/a.txt", false)]
    public void A_pattern_covers(string pattern, string path, bool isCovered) =>
        Assert.That(ProtectedGlob.In("/repo", pattern).Covers(Encoding.UTF8.GetBytes(path)), Is.EqualTo(isCovered));

    [TestCase(".git/refs/**", "/repo/.git", true)]
    [TestCase("**/x", "/repo/.git", true)]
    [TestCase("src/**", "/repo/.git", false)]
    public void A_pattern_reaches_into(string pattern, string directory, bool reaches) =>
        Assert.That(ProtectedGlob.In("/repo", pattern).Reaches(Encoding.UTF8.GetBytes(directory)), Is.EqualTo(reaches));

    [TestCase("/repo/a*", "/repo/ab", false)]
    [TestCase("/repo/a*", "/repo/a*", true)]
    public void A_path_is_no_pattern(string path, string other, bool isMeant) =>
        Assert.That(ProtectedGlob.Exactly(path).Matches(Encoding.UTF8.GetBytes(other)), Is.EqualTo(isMeant));

    [Test]
    public void A_directory_s_name_is_no_pattern() => Assert.That(ProtectedGlob.In("/re*o", "a").Matches("/repo/a"u8), Is.False);

    [Test]
    public void Bytes_that_are_no_text_are_matched_as_they_are() => Assert.That(ProtectedGlob.In("/repo", "*.yml").Matches("/repo/\xff\n.yml"u8), Is.True);

    [Test]
    public void Dots_behind_a_wildcard_lead_nowhere() => Assert.Throws<ArgumentException>(static () => ProtectedGlob.In("/repo", "**/../a"));
}
