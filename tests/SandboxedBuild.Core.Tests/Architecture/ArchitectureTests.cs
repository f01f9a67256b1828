using SandboxedBuild.Overlays;

namespace SandboxedBuild.Core.Tests;

/// <summary>Who may know whom.</summary>
internal sealed class ArchitectureTests
{
    private static readonly IEnumerable<string> Core = Repository.Sources("src/SandboxedBuild.Core");

    [Test]
    public void Core_knows_neither_MSBuild_nor_the_tasks() =>
        Assert.That(typeof(Overlay).Assembly.GetReferencedAssemblies().Select(static name => name.Name), Has.None.StartsWith("Microsoft.Build").And.None.StartsWith("SandboxedBuild"));

    [Test]
    public void Core_has_no_console() =>
        Assert.That(typeof(Overlay).Assembly.GetReferencedAssemblies().Select(static name => name.Name), Has.None.EqualTo("System.Console"));

    [TestCase("LibraryImport", "Interop")]
    [TestCase("DllImport", "nowhere")]
    [TestCase("Process.Start(", "Sandboxing/HostProgram.cs")]
    [TestCase("Console.", "nowhere")]
    [TestCase("GetEnvironmentVariable", "Commits/CarriedLock.cs")]
    public void Only_one_place_uses(string what, string where) =>
        Assert.That(Core.Where(file => File.ReadAllText(file).Contains(what, StringComparison.Ordinal)), Has.All.Contains($"/SandboxedBuild.Core/{where}"));

    [Test]
    public void Nothing_depends_on_itself_in_a_circle_through_Interop() =>
        Assert.That(Core.Where(static file => file.Contains("/Interop/", StringComparison.Ordinal)).SelectMany(File.ReadAllLines).Where(static line => line.StartsWith("using SandboxedBuild.", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal),
            Has.None.Contains("Overlays").And.None.Contains("Commits").And.None.Contains("Sandboxing").And.None.Contains("Policies"));

    [Test]
    public void Files_stay_small() => Assert.That(Core.Select(static file => (file, Lines: File.ReadAllLines(file).Length)).Where(static pair => pair.Lines > 400), Is.Empty);
}
