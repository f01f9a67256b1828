using System.Text.RegularExpressions;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Core.Tests;

/// <summary>Each code has one method that builds it, and a page.</summary>
internal sealed class CatalogueTests
{
    private static readonly string[] Codes =
    [
        .. Repository.Sources("src").Where(static file => file.EndsWith("Diagnostics.cs", StringComparison.Ordinal))
            .SelectMany(static file => Regex.Matches(File.ReadAllText(file), "(?<=\")SBX[0-9]{4}(?=\")", RegexOptions.None, TimeSpan.FromSeconds(5)).Select(static match => match.Value)),
    ];

    [Test]
    public void No_two_methods_share_a_code() => Assert.That(Codes, Is.Unique.And.Length.GreaterThan(20));

    [TestCaseSource(nameof(Codes))]
    public void A_code_has_a_page(string code)
    {
        var page = Path.Combine(Repository.Root, "docs", "diagnostics", code + ".md");
        Assert.That(page, Does.Exist);
        Assert.That(File.ReadAllText(page), Does.StartWith($"# {code}: ").And.Contain("## Cause").And.Contain("## Fix"));
    }

    [Test]
    public void Codes_are_built_nowhere_else()
    {
        var strays = Repository.Sources("src").Where(static file => !file.EndsWith("Diagnostics.cs", StringComparison.Ordinal) && File.ReadAllText(file).Contains("\"SBX", StringComparison.Ordinal));
        Assert.That(strays, Is.Empty);
    }

    [Test]
    public void Messages_that_no_story_of_this_suite_fires_say_what_to_do()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(InputDiagnostics.InvalidValue("Network", "Some", ["None", "Host"]), Has.Property("Code").EqualTo("SBX2007").And.Property("Message").EqualTo("\"Some\" is no value of Network. Valid: None, Host."));
            Assert.That(ExecutionDiagnostics.UnmappedOwner(["/root/one"]), Has.Property("Code").EqualTo("SBX3002").And.Property("Message").Contains("find /root/one"));
        }
    }
}
