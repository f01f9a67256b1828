using SandboxedBuild.Tool.Commands;

namespace SandboxedBuild.Tool.Tests;

/// <summary>Who may know whom.</summary>
internal sealed class ArchitectureTests
{
    [Test]
    public void The_tool_knows_the_core_and_neither_MSBuild_nor_the_tasks()
    {
        var known = typeof(Cli).Assembly.GetReferencedAssemblies().Select(static name => name.Name).ToList();
        Assert.That(known, Does.Contain("SandboxedBuild.Core").And.None.StartsWith("Microsoft.Build").And.None.EqualTo("SandboxedBuild.Tasks"));
    }

    [Test]
    public void The_kernel_is_called_by_the_core_alone()
    {
        var calls = typeof(Cli).Assembly.GetTypes().SelectMany(static type => type.GetMethods((System.Reflection.BindingFlags)62)).Where(static method => method.Attributes.HasFlag(System.Reflection.MethodAttributes.PinvokeImpl));
        Assert.That(calls, Is.Empty);
    }
}
