namespace SandboxedBuild.Tool.Tests;

/// <summary><c>allow</c> puts a rule into a policy file.</summary>
[Category("AnyUser")]
internal sealed class AllowTests
{
    private const string Commented = "{\n  // ours\n  \"allow\": [\n    { \"target\": \"A\" } // why\n  ]\n}\n";

    [Test]
    public void A_file_is_made_in_the_root_where_there_is_none()
    {
        using var desk = new Desk(new TemporaryTree { [".git/HEAD"] = "", ["src/app/a.csproj"] = "" });
        var answer = desk.RunIn(desk.Tree.PathOf("src/app"), "allow", "--target", "Docs", "--project", "src/app/a.csproj").ShouldSucceed();
        Assert.That(answer.Output, Is.EqualTo($"  {{ \"target\": \"Docs\", \"project\": \"src/app/a.csproj\" }}\nadded to {desk.Tree.PathOf("sandbox.json")}(4,5)\n"));
        Assert.That(desk.Tree.Read("sandbox.json"), Is.EqualTo("{\n  \"$schema\": \"urn:sandboxedbuild:sandbox.schema.json\",\n  \"allow\": [\n    { \"target\": \"Docs\", \"project\": \"src/app/a.csproj\" }\n  ]\n}\n"));
    }

    [Test]
    public void The_nearest_file_upward_is_edited_and_stays_as_it_was_but_for_the_rule()
    {
        using var desk = new Desk(new TemporaryTree { ["sandbox.json"] = "{}", ["src/sandbox.json"] = Commented, ["src/app/a.csproj"] = "", ["tool/x"] = "" });
        desk.RunIn(
            desk.Tree.PathOf("src/app"),
            "allow", "--target", "B", "--network", "host", "--path", "~/.npm:readwrite", "--path", $"{desk.Home}/.cache/x:ReadOnly", "--path", "obj:Temporary", "--path", "../../tool:ReadOnly", "--env", "NPM_TOKEN", "--env", "NPM_*").ShouldSucceed();
        Assert.That(desk.Tree.Read("sandbox.json"), Is.EqualTo("{}"));
        Assert.That(desk.Tree.Read("src/sandbox.json"), Is.EqualTo(
            "{\n  // ours\n  \"allow\": [\n    { \"target\": \"A\" }, // why\n    { \"target\": \"B\", \"network\": \"Host\", \"paths\": [ { \"path\": \"~/.npm\", \"access\": \"ReadWrite\" }, { \"path\": \"~/.cache/x\", \"access\": \"ReadOnly\" }, "
            + $"{{ \"path\": \"app/obj\", \"access\": \"Temporary\" }}, {{ \"path\": \"{desk.Tree.PathOf("tool")}\", \"access\": \"ReadOnly\" }} ], \"environment\": [ \"NPM_TOKEN\", \"NPM_*\" ] }}\n  ]\n}}\n"));
    }

    [Test]
    public void A_command_is_written_so_that_it_means_these_words()
    {
        using var desk = new Desk();
        desk.Run("allow", "--network", "Host", "--", "npm", "run", "--silent", "it's here", "**").ShouldSucceed();
        Assert.That((string?)System.Text.Json.Nodes.JsonNode.Parse(desk.Tree.Read("sandbox.json"))!["allow"]![0]!["command"], Is.EqualTo(@"npm run --silent 'it'\''s here' '**'"));
    }

    [Test]
    public void A_rule_that_is_there_already_is_not_written_again()
    {
        using var desk = new Desk(new TemporaryTree { ["sandbox.json"] = Commented });
        var before = desk.Tree.Describe(TreeDetails.Times);
        Assert.That(desk.Run("allow", "--target", "a").ShouldSucceed().Output, Does.EndWith($"is already in {desk.Tree.PathOf("sandbox.json")}(4,5)\n"));
        Assert.That(desk.Tree.Describe(TreeDetails.Times), Is.EqualTo(before));
    }

    [Test]
    public void One_for_the_same_steps_with_other_grants_is_left_to_a_person()
    {
        using var desk = new Desk(new TemporaryTree { ["sandbox.json"] = Commented });
        Assert.That(desk.Run("allow", "--target", "A", "--network", "Host").ShouldExitWith(1).Error, Does.StartWith("error SBX2026: ").And.Contain("sandbox.json(4,5)").And.Contain("""{ "target": "A", "network": "Host" }"""));
        Assert.That(desk.Tree.Read("sandbox.json"), Is.EqualTo(Commented));
    }

    [Test]
    public void One_that_will_not_be_asked_is_warned_of()
    {
        using var desk = new Desk(new TemporaryTree { ["sandbox.json"] = Commented });
        Assert.That(desk.Run("allow", "--target", "A", "--project", "a.csproj", "--network", "Host").ShouldSucceed().Error, Does.StartWith("warning SBX2028: ").And.Contain("sandbox.json(4,5)"));
    }

    [Test]
    public void A_file_that_changes_in_the_same_moment_is_told() =>
        Assert.That(ToolDiagnostics.PolicyChangedMeanwhile("/a b/sandbox.json"), Has.Property("Code").EqualTo("SBX2027").And.Property("Message").Contains("nothing was written").And.Property("Message").EndsWith("cat '/a b/sandbox.json'"));

    [Test]
    public void Print_writes_nothing_and_JSON_says_all_of_it()
    {
        using var desk = new Desk(new TemporaryTree { ["sandbox.json"] = Commented });
        var printed = desk.Run("allow", "--print", "--format", "json", "--", "make", "all").ShouldSucceed().Json;
        Assert.That(desk.Tree.Read("sandbox.json"), Is.EqualTo(Commented));
        var added = desk.Run("allow", "--format", "json", "--", "make", "all").ShouldSucceed().Json;
        foreach (var (document, outcome) in new[] { (printed, "checked"), (added, "added"), (desk.Run("allow", "--format", "json", "--", "make", "all").ShouldSucceed().Json, "present") })
        {
            Assert.That(document.ToJsonString(), Is.EqualTo($$$"""{"version":1,"outcome":"{{{outcome}}}","file":"{{{desk.Tree.PathOf("sandbox.json")}}}","line":5,"column":5,"rule":{"command":"make all"}}"""));
        }
    }

    [Test]
    public void The_users_own_file_or_one_that_is_named()
    {
        using var desk = new Desk { Variables = { ["SandboxPolicyFile"] = "ci/policy.json" } };
        desk.Run("allow", "--user", "--target", "A", "--project", "~/src/**").ShouldSucceed();
        desk.Run("allow", "--file", "dir/own.json", "--target", "B").ShouldSucceed();
        desk.Run("allow", "--target", "C").ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.ReadAllText(Path.Combine(desk.Home, ".config/sandboxed-build/policy.json")), Does.Contain("""{ "target": "A", "project": "~/src/**" }"""));
            Assert.That(desk.Tree.Read("dir/own.json"), Does.Contain("""{ "target": "B" }"""));
            Assert.That(desk.Tree.Read("ci/policy.json"), Does.Contain("""{ "target": "C" }"""));
            Assert.That(desk.Tree.Has("sandbox.json"), Is.False);
        }
    }

    [Test]
    public void Remembered_answers_are_shown_and_forgotten()
    {
        using var desk = new Desk();
        var approvals = new SandboxedBuild.Policies.Approvals(Path.Combine(desk.Home, ".config/sandboxed-build/approvals.json"));
        var question = new SandboxedBuild.Policies.GateQuestion(desk.Tree.Root, "Generate", desk.Tree.PathOf("a.csproj"), "npm ci\nnpm test", ["network Host"]);
        approvals.Remember(question, DateTimeOffset.UnixEpoch);
        approvals.Remember(question with { Target = "Other" }, DateTimeOffset.UnixEpoch);
        var hash = question.Hash[..12];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Run("allow", "--remembered").ShouldSucceed().Output, Does.StartWith($"{hash}  1970-01-01  Generate in {desk.Tree.PathOf("a.csproj")}\n  npm ci; network Host\n").And.Contain("2 remembered"));
            Assert.That(desk.Run("allow", "--forget", "zzz").ShouldExitWith(1).Output, Is.EqualTo("There is nothing to forget.\n"));
            Assert.That((string)desk.Run("allow", "--forget", hash, "--format", "json").ShouldSucceed().Json["answers"]![0]!["hash"]!, Is.EqualTo(question.Hash));
            Assert.That(desk.Run("allow", "--forget").ShouldSucceed().Output, Does.EndWith("1 forgotten\n"));
            Assert.That(desk.Run("allow", "--remembered").ShouldSucceed().Output, Is.EqualTo("Nothing is remembered.\n"));
        }
    }
}
