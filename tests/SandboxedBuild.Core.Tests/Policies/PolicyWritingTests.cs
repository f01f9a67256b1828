using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>How an edited policy file comes to the disk, and what is said instead of writing.</summary>
internal sealed class PolicyWritingTests
{
    private const string Rule = """{ "target": "New" }""";

    [Test]
    public void Mode_and_owner_stay_and_nothing_is_left_beside()
    {
        using var tree = new TemporaryTree { ["sandbox.json"] = "{ }" };
        File.SetUnixFileMode(tree.PathOf("sandbox.json"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.That(Add(tree), Is.True);
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nf 640 sandbox.json \"{ \"allow\": [ { \"target\": \"New\" } ] }\"\n"));
    }

    [Test]
    public void Of_a_symlink_the_target_is_written()
    {
        using var tree = new TemporaryTree { ["shared/policy.json"] = "{ }", ["sandbox.json"] = TreeEntry.SymbolicLink("shared/policy.json") };
        Assert.That(Add(tree), Is.True);
        Assert.That(new FileInfo(tree.PathOf("sandbox.json")).LinkTarget, Is.EqualTo("shared/policy.json"));
        Assert.That(tree.Read("shared/policy.json"), Does.Contain(Rule));
    }

    [Test]
    public void What_somebody_else_wrote_meanwhile_is_not_overwritten()
    {
        using var tree = new TemporaryTree { ["sandbox.json"] = "{ }" };
        var addition = Of(tree);
        tree["sandbox.json"] = "{  }";
        Assert.That(PolicyFiles.Write(addition.File, addition.After!, addition.Before), Is.False);
        Assert.That(PolicyFiles.Write(addition.File, addition.After!, before: null), Is.False, "a file that was not there");
        Assert.That(tree.Read("sandbox.json"), Is.EqualTo("{  }"));
        Assert.That(Directory.EnumerateFileSystemEntries(tree.Root).Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_new_file_is_made_with_its_directories()
    {
        using var tree = new TemporaryTree();
        Assert.That(Add(tree, "a/b/policy.json"), Is.True);
        Assert.That(tree.Read("a/b/policy.json"), Is.EqualTo(PolicyEditor.New(Rule)));
    }

    [Test]
    public void A_rule_that_is_there_already_is_found_with_its_place()
    {
        using var tree = new TemporaryTree { ["sandbox.json"] = "{ \"allow\": [\n { \"target\": \"new\", \"network\": \"None\" } ] }" };
        var addition = Of(tree);
        Assert.That((addition.After, addition.Present?.Line, addition.Present?.Grants == addition.Rule.Grants), Is.EqualTo(((string?)null, 2, true)));
    }

    [Test]
    public void A_rule_that_comes_first_and_means_more_is_found()
    {
        using var tree = new TemporaryTree { ["sandbox.json"] = """{ "allow": [ { "target": "New", "network": "Host" } ] }""" };
        Assert.That(Of(tree, """{ "target": "New", "project": "a.csproj" }""").First?.Column, Is.EqualTo(14));
        Assert.That(Of(tree, """{ "target": "New", "project": "a.csproj", "network": "Host" }""").First, Is.Null);
        Assert.That(Of(tree, """{ "target": "Newer" }""").First, Is.Null);
    }

    [Test]
    public void What_is_no_text_is_not_edited()
    {
        using var tree = new TemporaryTree();
        File.WriteAllBytes(tree.PathOf("sandbox.json"), [.. "{ } // "u8, 0xff, .. "\n"u8]);
        Assert.That(Refusal.Of(() => Of(tree)).Code, Is.EqualTo("SBX2002"));
    }

    private static RuleAddition Of(TemporaryTree tree, string rule = Rule, string file = "sandbox.json") => RuleAddition.Of(tree.PathOf(file), rule, PolicyScope.OfProject(tree.PathOf(file)));

    private static bool Add(TemporaryTree tree, string file = "sandbox.json")
    {
        var addition = Of(tree, Rule, file);
        return PolicyFiles.Write(addition.File, addition.After!, addition.Before);
    }
}
