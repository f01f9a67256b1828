namespace SandboxedBuild.Core.Tests;

/// <summary>The caller's PATH: whose programs it may mean.</summary>
internal sealed class SearchPathTests
{
    [TestCase("/usr/bin:/bin", true)]
    [TestCase("/usr/bin:$root/tools", false)]
    [TestCase("$root", false)]
    [TestCase("$link/tools", false)]
    [TestCase("/usr/bin:tools", false)]
    [TestCase("/usr/bin::/bin", false)]
    [TestCase("/nowhere/bin", true)]
    [TestCase("$shut/bin:/usr/bin", true, TestName = "A directory below one that nobody may enter is nobody's hindrance")]
    [TestCase("$shut:/usr/bin", true, TestName = "Nor is one that nobody may read")]
    public void Its_directories_lie_outside_of_the_roots(string path, bool expected)
    {
        using var tree = new TemporaryTree { ["tools/make"] = "x" };
        var shut = Directory.CreateDirectory(tree.Beside("shut/bin")).Parent!.FullName;
        File.CreateSymbolicLink(tree.Beside("link"), tree.Root);
        File.SetUnixFileMode(shut, UnixFileMode.None);
        try
        {
            var caller = new SandboxedBuild.Sandboxing.CallerEnvironment(System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("PATH", path.Replace("$root", tree.Root, StringComparison.Ordinal).Replace("$link", tree.Beside("link"), StringComparison.Ordinal).Replace("$shut", shut, StringComparison.Ordinal)));
            Assert.That(caller.HasProgramsOutside([tree.Root]), Is.EqualTo(expected));
            Assert.That(caller.Find("sh", [tree.Root]), Does.EndWith("/sh"));
        }
        finally
        {
            File.SetUnixFileMode(shut, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
