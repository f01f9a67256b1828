using SandboxedBuild.Overlays;

namespace SandboxedBuild.Core.Tests;

/// <summary>Which directory is the root when nobody said so.</summary>
internal sealed class RootDiscoveryTests
{
    [TestCase("repo/.git/HEAD", "repo/src/project", "repo/src", "repo", TestName = "the repository")]
    [TestCase("repo/.git", "repo/src/project", null, "repo", TestName = "a worktree, whose .git is a file")]
    [TestCase("repo/.git", "repo", null, "repo", TestName = "the project's own directory is the repository")]
    [TestCase("elsewhere/x", "repo/src/project", "repo/src", "repo/src", TestName = "the solution's directory")]
    [TestCase("elsewhere/x", "repo/src/project", "repo/src/", "repo/src", TestName = "the solution's directory with a slash")]
    [TestCase("elsewhere/x", "repo/src/project", "*Undefined*", "repo/src/project", TestName = "an undefined solution")]
    [TestCase("elsewhere/x", "repo/src/project", "", "repo/src/project", TestName = "the project's directory")]
    public void It_is(string there, string project, string? solution, string expected)
    {
        using var tree = new TemporaryTree { [there] = "x", ["repo/src/project/file"] = "x" };
        var given = string.IsNullOrEmpty(solution) || solution[0] == '*' ? solution : tree.PathOf(solution);
        Assert.That(RootDiscovery.DefaultFor(tree.PathOf(project), given), Is.EqualTo(tree.PathOf(expected)));
    }
}
