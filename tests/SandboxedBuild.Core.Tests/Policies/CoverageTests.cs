using System.Collections.Immutable;
using SandboxedBuild.Paths;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>What a project asks for, held against what a rule grants.</summary>
internal sealed class CoverageTests
{
    private static readonly DefaultView s_view = new(["/nowhere/root"], "/nowhere/home", static path => RealPath.IsAtOrBelow(path, "/usr"));

    [TestCase("", "", "")]
    [TestCase("/usr/share:ReadOnly", "", "")]
    [TestCase("/nowhere/root/in:ReadOnly", "", "")]
    [TestCase("/nowhere/else:ReadOnly", "", "/nowhere/else:ReadOnly")]
    [TestCase("/usr/share:ReadWrite", "", "/usr/share:ReadWrite")]
    [TestCase("~/.npm:ReadOnly", "", "~/.npm:ReadOnly")]
    [TestCase("~/.npm:ReadOnly", "~/.npm:ReadWrite", "")]
    [TestCase("~/.npm:ReadWrite", "~/.npm:ReadOnly", "~/.npm:ReadWrite")]
    [TestCase("/nowhere/home/.npm/_cacache:ReadWrite", "~/.npm:ReadWrite", "")]
    [TestCase("~/.npmrc:ReadOnly", "~/.npm:ReadWrite", "~/.npmrc:ReadOnly")]
    [TestCase("~/.npm/../.ssh:ReadOnly", "~/.npm:ReadWrite", "~/.npm/../.ssh:ReadOnly")]
    [TestCase("~:ReadOnly", "~/.npm:ReadWrite", "~:ReadOnly")]
    [TestCase("~/.npm/a:ReadOnly", "~:ReadWrite ~/.npm:Hidden", "~/.npm/a:ReadOnly")]
    [TestCase("~/.npm/a:ReadOnly", "~:Hidden ~/.npm:ReadOnly", "")]
    [TestCase("/nowhere/root/in:ReadOnly", "/nowhere/root:Hidden", "/nowhere/root/in:ReadOnly")]
    [TestCase("/nowhere/else:Hidden ~/.ssh:Temporary", "", "", Description = "these only take away")]
    public void Paths(string asked, string granted, string missing)
    {
        var left = Coverage.Missing(StepAccess.None with { Paths = Parse(asked) }, Grants.None with { Paths = Parse(granted) }, s_view);
        Assert.That(string.Join(' ', left.Paths.Select(static path => $"{path.Path}:{path.Access}")), Is.EqualTo(missing));
    }

    [TestCase("LANG", "", "")]
    [TestCase("LC_*", "", "")]
    [TestCase("DOTNET_ROOT", "", "")]
    [TestCase("DOTNET_TOKEN", "", "DOTNET_TOKEN")]
    [TestCase("NPM_TOKEN", "NPM_TOKEN", "")]
    [TestCase("NPM_TOKEN", "NPM_*", "NPM_TOKEN")]
    [TestCase("NPM_CONFIG_CACHE", "NPM_*", "")]
    [TestCase("NPM_CONFIG_*", "NPM_*", "")]
    [TestCase("NPM_*", "NPM_CONFIG_*", "NPM_*")]
    [TestCase("*", "NPM_*", "*")]
    [TestCase("npm_x", "NPM_*", "npm_x")]
    [TestCase("A B A", "B", "A")]
    public void Variables(string asked, string granted, string missing)
    {
        var left = Coverage.Missing(StepAccess.None with { Environment = Words(asked) }, Grants.None with { Environment = Words(granted) }, s_view);
        Assert.That(string.Join(' ', left.Environment), Is.EqualTo(missing));
    }

    [TestCase(NetworkAccess.None, NetworkAccess.None, NetworkAccess.None)]
    [TestCase(NetworkAccess.None, NetworkAccess.Host, NetworkAccess.None)]
    [TestCase(NetworkAccess.Host, NetworkAccess.Host, NetworkAccess.None)]
    [TestCase(NetworkAccess.Host, NetworkAccess.None, NetworkAccess.Host)]
    public void Network(NetworkAccess asked, NetworkAccess granted, NetworkAccess missing) =>
        Assert.That(Coverage.Missing(StepAccess.None with { Network = asked }, Grants.None with { Network = granted }, s_view).Network, Is.EqualTo(missing));

    [Test]
    public void A_link_is_what_it_leads_to()
    {
        using var tree = new TemporaryTree
        {
            ["cache/file"] = "x",
            ["cache/out"] = TreeEntry.SymbolicLink("../secrets"),
            ["cache/key"] = TreeEntry.SymbolicLink("../secrets/key"),
            ["secrets/key"] = "x",
            ["alias"] = TreeEntry.SymbolicLink("cache"),
            ["root/out"] = TreeEntry.SymbolicLink("../secrets"),
        };
        var grants = Grants.None with { Paths = [new(tree.PathOf("alias"), MountAccess.ReadWrite)] };
        var view = s_view with { Roots = [tree.PathOf("root")] };
        var asked = new[] { "cache", "cache/file", "alias/file", "cache/out", "cache/out/key", "cache/key", "root/out" }.Select(path => new SandboxPath(tree.PathOf(path), MountAccess.ReadOnly)).ToImmutableArray();
        var missing = Coverage.Missing(StepAccess.None with { Paths = asked }, grants, view);
        Assert.That(missing.Paths.Select(path => Path.GetRelativePath(tree.Root, path.Path)), Is.EqualTo(new[] { "cache/out", "cache/out/key", "cache/key", "root/out" }));
    }

    [Test]
    public void The_step_gets_both_and_of_a_path_what_the_project_asks_for()
    {
        using var tree = new TemporaryTree { ["a/x"] = "x", ["b/x"] = "x" };
        var (a, b, missing) = (tree.PathOf("a"), tree.PathOf("b"), tree.PathOf("missing"));
        var grants = new Grants { Network = NetworkAccess.Host, Paths = [new(a, MountAccess.ReadWrite), new(b, MountAccess.ReadOnly), new(missing, MountAccess.ReadWrite)], Environment = ["ONE", "TWO"] };
        var access = Coverage.Combine(new(NetworkAccess.None, [new(a, MountAccess.ReadOnly)], ["TWO", "LANG"]), grants, s_view);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(access.Network, Is.EqualTo(NetworkAccess.Host));
            Assert.That(access.Paths, Is.EqualTo(new SandboxPath[] { new(b, MountAccess.ReadOnly), new(a, MountAccess.ReadOnly) }));
            Assert.That(access.Environment, Is.EqualTo(new[] { "TWO", "LANG", "ONE" }));
            Assert.That(Coverage.Combine(StepAccess.None with { RefusesNetwork = true }, grants, s_view).Network, Is.EqualTo(NetworkAccess.None));
            Assert.That(Coverage.Combine(StepAccess.None, Grants.None, s_view).IsNone, Is.True);
        }
    }

    [Test]
    public void The_system_is_in_the_default_view_but_not_what_only_root_may_read()
    {
        var view = DefaultView.OfHost([], null, ["/opt/sdk"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { "/usr/share", "/lib", "/etc/passwd", "/opt/sdk/shared" }.Select(path => view.MayRead(new(path, MountAccess.ReadOnly))), Is.All.True);
            Assert.That(new[] { "/", "/tmp", "/dev", "/home", "/opt", "/var/lib", "/run" }.Select(path => view.MayRead(new(path, MountAccess.ReadOnly))), Is.All.False);
            Assert.That(view.MayRead(new("/etc/shadow", MountAccess.ReadOnly)), Is.EqualTo(!OrdinaryUser.IsRoot));
        }
    }

    private static ImmutableArray<SandboxPath> Parse(string text) => [.. Words(text).Select(static word => word.Split(':')).Select(static pair => new SandboxPath(pair[0], Enum.Parse<MountAccess>(pair[1])))];

    private static ImmutableArray<string> Words(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
