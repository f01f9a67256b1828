using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Which steps a policy admits.</summary>
internal sealed class PolicyTests
{
    [TestCase("Docs", null, "Docs", "/repo/a.csproj", true)]
    [TestCase("Docs", null, "DOCS", "/repo/a.csproj", true, TestName = "the case of a target does not matter")]
    [TestCase("Docs", null, "Docs2", "/repo/a.csproj", false)]
    [TestCase("Docs", null, "Doc", "/repo/a.csproj", false)]
    [TestCase("*", null, "Docs", "/repo/a.csproj", false, TestName = "a target is no glob")]
    [TestCase("Docs", null, "Docs", "/repo/deep/er/a.targets", true)]
    [TestCase("Docs", null, "Docs", "/elsewhere/a.csproj", false, TestName = "no file outside of the policy's directory")]
    [TestCase("Docs", null, "Docs", "/repo2/a.csproj", false)]
    [TestCase("Docs", null, "Docs", "/repo/../elsewhere/a.csproj", false)]
    [TestCase("Docs", null, "Docs", "/a.csproj", false)]
    [TestCase("Docs", null, "Docs", "", false, TestName = "no file at all")]
    [TestCase("Docs", "**", "Docs", "/elsewhere/a.csproj", false)]
    [TestCase("Docs", "../**", "Docs", "/elsewhere/a.csproj", false)]
    [TestCase("Docs", "../elsewhere/a.csproj", "Docs", "/elsewhere/a.csproj", false)]
    [TestCase("Docs", "a.csproj", "Docs", "/repo/a.csproj", true)]
    [TestCase("Docs", "A.csproj", "Docs", "/repo/a.csproj", false, TestName = "the case of a file matters")]
    [TestCase("Docs", "a.csproj", "Docs", "/repo/b/a.csproj", false)]
    [TestCase("Docs", "*.csproj", "Docs", "/repo/b/a.csproj", false)]
    [TestCase("Docs", "*.csproj", "Docs", "/repo/a.csproj", true)]
    [TestCase("Docs", "src/*.csproj", "Docs", "/repo/src/a.csproj", true)]
    [TestCase("Docs", "src/*/*.csproj", "Docs", "/repo/src/x/a.csproj", true)]
    [TestCase("Docs", "src/**/*.csproj", "Docs", "/repo/src/x/y/a.csproj", true)]
    [TestCase("Docs", "src/**/*.csproj", "Docs", "/repo/src2/x/a.csproj", false)]
    [TestCase("Docs", "./a.csproj", "Docs", "/repo/a.csproj", true)]
    [TestCase("Docs", "..a/b.csproj", "Docs", "/repo/..a/b.csproj", true, TestName = "a name that starts with two dots is inside")]
    public void A_rule_admits_or_not(string target, string? project, string asking, string file, bool admitted)
    {
        var policy = With(new AllowRule(target, project));
        Assert.That(policy.AdmissionOf(new(asking, file))?.Reason, Is.EqualTo(admitted ? AdmissionReason.Rule : (AdmissionReason?)null));
    }

    [TestCase(null, false)]
    [TestCase("**", false)]
    [TestCase("packages/**/*.targets", false)]
    [TestCase("packages/some/build/some.targets", true)]
    public void A_package_below_the_policy_is_meant_by_its_files_own_path_only(string? project, bool admitted)
    {
        var policy = With(new AllowRule("Docs", project));
        var step = new StepIdentity("Docs", "/repo/packages/some/build/some.targets") { IsPackaged = true };
        Assert.That(policy.AdmissionOf(step) is not null, Is.EqualTo(admitted));
        Assert.That(policy.AdmissionOf(step with { IsPackaged = false }), Is.Not.Null);
    }

    [Test]
    public void The_nearest_file_upward_applies()
    {
        using var tree = new TemporaryTree { ["sandbox.json"] = Rule("Far"), ["a/sandbox.json"] = Rule("Near"), ["a/b/c/file"] = "x", ["d/file"] = "x", ["named.json"] = Rule("Named") };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Policy.For(tree.PathOf("a/b/c"), null, tree.Root, Callers.With()).Project.Allow.Single().Target, Is.EqualTo("Near"));
            Assert.That(Policy.For(tree.PathOf("d"), null, tree.Root, Callers.With()).Project.Allow.Single().Target, Is.EqualTo("Far"));
            Assert.That(Policy.For(tree.PathOf("a/b"), "../../named.json", tree.Root, Callers.With()).Project.Allow.Single().Target, Is.EqualTo("Named"));
            Assert.That(Policy.For(tree.PathOf("a/b"), tree.PathOf("named.json"), tree.Root, Callers.With()).Project.Path, Is.EqualTo(tree.PathOf("named.json")));
        }
    }

    [Test]
    public void Without_a_file_there_are_no_rules_and_one_would_be_made_in_the_root()
    {
        using var tree = new TemporaryTree { ["a/file"] = "x" };
        var policy = Policy.For(tree.PathOf("a"), null, tree.Root, Callers.With()).Project;
        Assert.That((policy.Path, policy.Allow.Length), Is.EqualTo((tree.PathOf("sandbox.json"), 0)));
    }

    [Test]
    public void A_named_file_that_is_missing_or_a_directory_is_a_mistake()
    {
        using var tree = new TemporaryTree { ["dir/file"] = "x" };
        foreach (var named in new[] { "missing.json", "dir" })
        {
            var mistake = Refusal.Of(() => Policy.For(tree.Root, named, tree.Root, Callers.With()));
            Assert.That((mistake.Code, mistake.File), Is.EqualTo(("SBX2002", tree.PathOf(named))));
        }
    }

    private static Policy With(params AllowRule[] rules) => new(new PolicyFile("/repo/sandbox.json", [.. rules]));

    private static string Rule(string target) => $$"""{ "allow": [ { "target": "{{target}}" } ] }""";
}
