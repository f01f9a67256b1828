using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>What is in the package.</summary>
internal sealed class PackageTests
{
    [Test]
    public void It_has_what_the_tasks_need_and_nothing_of_MSBuild()
    {
        using var package = ZipFile.OpenRead(Repository.SdkPackage);
        var tasks = package.Entries.Where(entry => entry.FullName.StartsWith("tools/net10.0/", StringComparison.Ordinal)).Select(entry => entry.Name).ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(tasks, Does.Contain("SandboxedBuild.Tasks.dll").And.Contain("SandboxedBuild.Core.dll").And.Contain("SandboxedBuild.Tasks.deps.json"));
            Assert.That(tasks.Where(name => name.StartsWith("Microsoft.Build", StringComparison.Ordinal)), Is.Empty);
            Assert.That(Needed(package).Except(tasks, StringComparer.Ordinal), Is.Empty, "assemblies that the deps.json names");
        }
    }

    [TestCase("README.md")]
    [TestCase("LICENSE")]
    [TestCase("Sdk/Sdk.props")]
    [TestCase("Sdk/Sdk.targets")]
    [TestCase("Sdk/Sdk.props.buildschema.json")]
    [TestCase("schemas/sandbox.schema.json")]
    public void It_has(string file)
    {
        using var package = ZipFile.OpenRead(Repository.SdkPackage);

        Assert.That(package.GetEntry(file), Is.Not.Null);
    }

    // Otherwise two packs of the same sources would differ.
    [Test]
    public void It_does_not_say_when_it_was_packed()
    {
        using var package = ZipFile.OpenRead(Repository.SdkPackage);

        Assert.That(package.Entries.Select(entry => entry.LastWriteTime.DateTime).Distinct(), Is.EqualTo(new[] { new DateTime(1980, 1, 2) }));
    }

    [Test]
    public void The_defaults_are_those_that_the_schema_tells_editors()
    {
        using var package = ZipFile.OpenRead(Repository.SdkPackage);
        var schema = JsonNode.Parse(Text(package, "Sdk/Sdk.props.buildschema.json"))!["properties"]!.AsObject();
        var props = XDocument.Parse(Text(package, "Sdk/Sdk.props")).Descendants("PropertyGroup").Elements();

        Assert.That(
            schema.Where(property => property.Value!["defaultValue"] is not null).Select(property => (property.Key, (string)property.Value!["defaultValue"]!)),
            Is.EquivalentTo(props.Select(property => (property.Name.LocalName, property.Value))));
    }

    private static IEnumerable<string> Needed(ZipArchive package) =>
        from target in JsonNode.Parse(Text(package, "tools/net10.0/SandboxedBuild.Tasks.deps.json"))!["targets"]!.AsObject()
        from library in target.Value!.AsObject()
        from file in library.Value!["runtime"]?.AsObject() ?? []
        select Path.GetFileName(file.Key);

    private static string Text(ZipArchive package, string file)
    {
        using var reader = new StreamReader(package.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }
}
