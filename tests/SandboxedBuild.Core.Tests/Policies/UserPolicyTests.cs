using System.Text;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>The user's own policy file, which adds to that of every project.</summary>
internal sealed class UserPolicyTests
{
    [TestCase("""{ "target": "Docs", "project": "~/src/**/*.csproj" }""", "/home/me/src/x/a.csproj", true)]
    [TestCase("""{ "target": "Docs", "project": "~/src/**/*.csproj" }""", "/home/you/src/x/a.csproj", false)]
    [TestCase("""{ "target": "Docs", "project": "/srv/*/a.csproj" }""", "/srv/x/a.csproj", true)]
    [TestCase("""{ "target": "Docs", "project": "**/a.csproj" }""", "/anywhere/at/all/a.csproj", true)]
    [TestCase("""{ "command": "make" }""", "/anywhere/at/all/a.csproj", true)]
    [TestCase("""{ "command": "make" }""", "", true)]
    [TestCase("""{ "command": "make", "project": "/srv/**" }""", "/home/me/a.csproj", false)]
    [TestCase("""{ "command": "make all" }""", "/home/me/a.csproj", false)]
    public void Its_rules_name_projects_anywhere(string rule, string file, bool admits)
    {
        var policy = new Policy(new PolicyFile("/repo/sandbox.json", []), Read($"{{ \"allow\": [ {rule} ] }}"));
        Assert.That(policy.AdmissionOf(new("Docs", file) { Command = "make" }) is not null, Is.EqualTo(admits));
    }

    [TestCase("""{ "target": "Docs" }""", "names the file that defines it")]
    [TestCase("""{ "target": "Docs", "project": "src/*.csproj" }""", "Begin it with /, ~/ or **/")]
    [TestCase("""{ "command": "make", "paths": [ { "path": "cache", "access": "ReadWrite" } ] }""", "Begin it with / or ~/")]
    [TestCase("""{ "command": "make", "protected": [ "deploy" ] }""", "Begin it with /, ~/ or **/")]
    public void What_is_relative_means_nothing_there(string rule, string says) =>
        Assert.That(Refusal.Of(() => Read($"{{ \"allow\": [ {rule} ] }}")), Has.Property("Code").EqualTo("SBX2002").And.Property("Message").Contains(says));

    [Test]
    public void A_package_is_meant_by_its_files_own_path_only()
    {
        var step = new StepIdentity("Docs", "/home/me/.nuget/packages/p/p.targets") { IsPackaged = true };
        Assert.That(Read("""{ "allow": [ { "target": "Docs", "project": "~/.nuget/**" } ] }""").About(step), Is.Empty);
        Assert.That(Read("""{ "allow": [ { "target": "Docs", "project": "~/.nuget/packages/p/p.targets" } ] }""").About(step), Is.Not.Empty);
    }

    [Test]
    public void The_projects_rules_come_first_then_in_the_order_of_the_file()
    {
        using var tree = new TemporaryTree
        {
            ["sandbox.json"] = """{ "allow": [ { "command": "make" }, { "target": "Docs", "network": "Host" } ] }""",
            ["config/sandboxed-build/policy.json"] = """{ "allow": [ { "command": "make", "network": "Host" }, { "command": "ninja" } ], "protect": [ "**/keys/**" ] }""",
            ["a.csproj"] = "x",
        };
        var policy = Policy.For(tree.Root, null, tree.Root, Callers.With(("XDG_CONFIG_HOME", tree.PathOf("config"))));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Place("make"), Is.EqualTo("sandbox.json(1,14) None"));
            Assert.That(Place("other"), Is.EqualTo("sandbox.json(1,37) Host"));
            Assert.That(policy.AdmissionOf(new("Else", tree.PathOf("a.csproj")) { Command = "ninja" })?.File?.Path, Is.EqualTo(tree.PathOf("config/sandboxed-build/policy.json")));
            Assert.That(policy.AdmissionOf(new("Else", tree.PathOf("a.csproj")) { Command = "cmake" }), Is.Null);
            Assert.That(policy.Protect.Single().Matches("/any/keys/of/mine"), Is.True);
        }

        string? Place(string command)
        {
            var admission = policy.AdmissionOf(new("Docs", tree.PathOf("a.csproj")) { Command = command });
            return $"{Path.GetFileName(admission?.File?.Path)}({admission?.Rule?.Line},{admission?.Rule?.Column}) {admission?.Grants.Network}";
        }
    }

    [Test]
    public void It_is_in_the_home_directory_of_the_caller()
    {
        using var home = new TemporaryTree { [".config/sandboxed-build/policy.json"] = "{" };
        Assert.That(Refusal.Of(() => Policy.For("/", null, "/", Callers.At(home.Root))).File, Is.EqualTo(home.PathOf(".config/sandboxed-build/policy.json")));
        Assert.That(Policy.For("/", null, "/", Callers.With()).User, Is.Null);
    }

    [Test]
    public void One_that_is_no_file_is_a_mistake()
    {
        using var home = new TemporaryTree { [".config/sandboxed-build/policy.json/x"] = "x" };
        Assert.That(Refusal.Of(() => Policy.For("/", null, "/", Callers.At(home.Root))).Code, Is.EqualTo("SBX2002"));
    }

    private static PolicyFile Read(string text) => PolicyReader.Read("/home/me/.config/sandboxed-build/policy.json", Encoding.UTF8.GetBytes(text), PolicyScope.OfUser("/home/me"));
}
