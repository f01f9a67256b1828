using SandboxedBuild.Tool.Commands;
using SandboxedBuild.Tool.Reports.Binlogs;

namespace SandboxedBuild.Tool.Tests;

/// <summary>Who may know whom.</summary>
internal sealed class ArchitectureTests
{
    private static readonly Type[] s_types = typeof(Cli).Assembly.GetTypes();

    [Test]
    public void The_tool_knows_the_core_and_not_the_tasks() =>
        Assert.That(typeof(Cli).Assembly.GetReferencedAssemblies().Select(static name => name.Name), Does.Contain("SandboxedBuild.Core").And.None.EqualTo("SandboxedBuild.Tasks"));

    [Test]
    public void Only_the_reader_of_binlogs_knows_MSBuild()
    {
        var knowing = s_types.Where(static type => type.GetMembers((System.Reflection.BindingFlags)62).Any(static member => Mentioned(member).Any(static mentioned => mentioned.FullName?.StartsWith("Microsoft.Build.", StringComparison.Ordinal) == true)));
        Assert.That(knowing.Select(static type => type.Namespace).Distinct(StringComparer.Ordinal), Is.EqualTo(new[] { typeof(BinlogReader).Namespace }));
    }

    [Test]
    public void The_kernel_is_called_by_the_core_alone()
    {
        var calls = s_types.SelectMany(static type => type.GetMethods((System.Reflection.BindingFlags)62)).Where(static method => method.Attributes.HasFlag(System.Reflection.MethodAttributes.PinvokeImpl));
        Assert.That(calls, Is.Empty);
    }

    private static IEnumerable<Type> Mentioned(System.Reflection.MemberInfo member) => member switch
    {
        System.Reflection.MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(static parameter => parameter.ParameterType)],
        System.Reflection.FieldInfo field => [field.FieldType],
        _ => [],
    };
}
