import path from "node:path";
import ts from "typescript";
import { openstackPackage } from "./openstack-tokens.ts";

/** Property name -> TypeScript type, as test/lab/builds/openstack-plugin prints it with `describe`. */
export type Shape = Readonly<Record<string, string>>;

/** What the npm package @pulumi/openstack declares for a resource or a function. */
export interface Declared {
  readonly inputs: Shape;
  readonly outputs: Shape;
}

/** Wrappers of the SDK that do not change what is sent. */
const wrappers = new Set(["pulumi.Input", "pulumi.Output"]);

/** Reads the declarations of the installed package with the TypeScript compiler. */
export class Declarations {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;

  /** @param modules such as compute/instance; provider for the provider's own arguments */
  constructor(modules: readonly string[]) {
    const files = modules.map((name) => path.join(openstackPackage, `${name}.d.ts`));
    this.#program = ts.createProgram(files, {
      noLib: true,
      types: [],
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    });
    this.#checker = this.#program.getTypeChecker();
  }

  /** @param module such as compute/instance, which declares the class Instance and InstanceArgs */
  resource(module: string): Declared {
    const { name } = this.#find(module, ts.isClassDeclaration, () => true);
    return { inputs: this.#interface(module, `${name?.text}Args`), outputs: this.#class(module) };
  }

  /** @param module such as compute/getFlavor, which declares GetFlavorArgs and GetFlavorResult */
  function(module: string): Declared {
    const result = this.#find(module, ts.isInterfaceDeclaration, (name) => name.endsWith("Result")).name.text;
    const inputs = this.#interface(module, result.replace(/Result$/, "Args"));
    return { inputs, outputs: this.#interface(module, result) };
  }

  provider(): Shape {
    return this.#interface("provider", "ProviderArgs");
  }

  #class = (module: string): Shape => this.#shape(this.#find(module, ts.isClassDeclaration, () => true).members);

  #interface = (module: string, name: string): Shape =>
    this.#shape(this.#find(module, ts.isInterfaceDeclaration, (it) => it === name).members);

  #find<T extends ts.DeclarationStatement>(
    module: string,
    isKind: (node: ts.Statement) => node is T,
    isNamed: (name: string) => boolean,
  ): T {
    const file = path.join(openstackPackage, `${module}.d.ts`);
    const statements: readonly ts.Statement[] = this.#program.getSourceFile(file)?.statements ?? [];
    const found = statements.filter(isKind).find(({ name }) => isNamed(name?.text ?? ""));
    if (!found) throw new Error(`${file} does not declare what is looked for`);
    return found;
  }

  #shape(members: readonly ts.Node[]): Shape {
    const found: Record<string, string> = {};
    for (const member of members) {
      const property = ts.isPropertySignature(member) || ts.isPropertyDeclaration(member) ? member : undefined;
      const isStatic = property?.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
      if (property?.type && !isStatic) found[property.name.getText()] = this.#text(property.type);
    }
    return found;
  }

  #text(type: ts.TypeNode): string {
    if (ts.isArrayTypeNode(type)) return `${this.#text(type.elementType)}[]`;
    if (ts.isUnionTypeNode(type)) return this.#text(theOne(type));
    if (ts.isTypeLiteralNode(type)) return this.#map(type);
    if (!ts.isTypeReferenceNode(type)) return type.getText();
    const [argument] = type.typeArguments ?? [];
    if (argument && wrappers.has(type.typeName.getText())) return this.#text(argument);
    return this.#object(type);
  }

  #map(type: ts.TypeLiteralNode): string {
    const [index] = type.members;
    if (!index || !ts.isIndexSignatureDeclaration(index)) throw new Error(`not a map: ${type.getText()}`);
    return `{[key: string]: ${this.#text(index.type)}}`;
  }

  /** A reference to an interface of types/input or types/output, written out. */
  #object(type: ts.TypeReferenceNode): string {
    const symbol = this.#checker.getTypeAtLocation(type).getSymbol();
    const declaration = symbol?.declarations?.find(ts.isInterfaceDeclaration);
    if (!declaration) throw new Error(`cannot resolve ${type.getText()}`);
    const parts = Object.entries(this.#shape(declaration.members)).map(([name, text]) => `${name}: ${text}`);
    return `{${parts.sort().join("; ")}}`;
  }
}

/** T of `T | undefined`. */
function theOne(union: ts.UnionTypeNode): ts.TypeNode {
  const [type, ...others] = union.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
  if (!type || others.length > 0) throw new Error(`not one type: ${union.getText()}`);
  return type;
}
