/**
 * The names by which pages call what the server says. The shapes are generated from the server's own document
 * (`schema.d.ts`, by `npm run gen`); here are only names.
 */
import type { components, paths } from './schema';

type Schemas = components['schemas'];

export type Money = Schemas['Money'];
export type Said = Schemas['Said'];
export type Level = Schemas['Level'];
export type Measure = Schemas['Measure'];
export type CustomerKind = Schemas['CustomerKind'];

export type Session = Schemas['Session'];
export type Staff = Schemas['SignedInStaff'];
export type FirstRun = Schemas['FirstRun'];
export type Role = Schemas['Role'];
export type ValuationSettings = Schemas['ValuationSettings'];
export type CompanySettings = Schemas['CompanySettings'];
export type Person = Schemas['StaffMember'];
export type KnownOwner = Schemas['KnownOwner'];
export type NewPerson = Schemas['NewStaffMember'];
export type PersonChange = Schemas['StaffMemberChange'];

export type Portfolio = Schemas['Portfolio'];
export type LevelShare = Schemas['PortfolioLevel'];
export type Model = Schemas['PortfolioModel'];
export type ModelFit = Schemas['ModelFit'];
export type FittedModel = Schemas['FittedModel'];
export type LookBack = Schemas['LookBack'];
export type LookBackTrial = Schemas['LookBackTrial'];
export type LookBackPlots = Schemas['LookBackPlots'];
export type PlotBin = Schemas['PlotBin'];
export type Comparison = Schemas['Comparison'];
export type Source = Schemas['Source'];

export type Customer = Schemas['Customer'];
export type ModelsStanding = Schemas['ModelsStanding'];
export type ModelsWanted = Schemas['ModelsWanted'];
export type CustomerOutlook = Schemas['CustomerOutlook'];
export type BuyerOutlook = Schemas['BuyerOutlook'];
export type ProspectOutlook = Schemas['ProspectOutlook'];
export type OutlookEquivalents = Schemas['OutlookEquivalents'];
export type ServingAhead = Schemas['ServingAhead'];
export type ServingPart = Schemas['ServingPart'];
export type CustomerRow = Schemas['CustomerRow'];
export type CustomerPage = Schemas['CustomerList'];
export type Field = Schemas['CustomerField'];
export type FieldType = Schemas['CustomerFieldType'];
export type AttributeValue = Schemas['CustomerAttribute'];
export type CustomerRecord = Schemas['CustomerRecord'];
export type TimelineFact = Schemas['TimelineFact'];
export type TimelinePage = Schemas['Timeline'];
export type SearchHit = Schemas['FoundCustomer'];

export type Activity = Schemas['WrittenActivity'];
export type UnitCost = Schemas['WrittenUnitCost'];
export type Team = Schemas['WrittenTeam'];
export type Catalogue = Schemas['CatalogueState'];
export type CataloguePreset = Schemas['CataloguePreset'];
export type CataloguePreview = Schemas['CataloguePreview'];
export type Accounts = Schemas['Accounts'];
export type AccountCustomers = Schemas['AccountCustomers'];
export type AccountFacts = Schemas['AccountFacts'];
export type AccountFact = Schemas['AccountFactRow'];
export type WordCost = Schemas['WordCost'];
export type SpentBeside = Schemas['SpentBeside'];
export type BesideRow = Schemas['BesideRow'];
export type CustomerAccount = Schemas['CustomerAccount'];
export type AccountPeriod = Schemas['AccountPeriod'];
export type LineFacts = Schemas['LineFacts'];

export type Home = Schemas['Home'];
export type EquityStatement = Schemas['EquityStatement'];
export type LosingCustomers = Schemas['LosingCustomers'];
export type EquityServing = Schemas['EquityServing'];
export type EquityLine = Schemas['EquityLine'];
export type EquityMonths = Schemas['EquityMonths'];
export type EquityCustomers = Schemas['EquityCustomers'];
export type Turnover = Schemas['TurnoverPage'];
export type TurnoverRow = Schemas['TurnoverRow'];
export type Alarm = Schemas['AlarmPage'];
export type AlarmCause = Schemas['AlarmCause'];
export type Retention = Schemas['RetentionPage'];

export type Coherence = Schemas['Coherence'];
export type CoherenceCell = Coherence['cells'][number];
export type CoherenceSum = Schemas['CoherenceSum'];
export type LevelRule = Schemas['LevelRule'];
export type LevelRules = Schemas['LevelRules'];
export type AssumedMargin = Schemas['AssumedMargin'];
export type BargainLimits = Schemas['BargainLimits'];
export type BargainsChange = Schemas['BargainsChange'];
export type LevelRulesStanding = Schemas['LevelRulesStanding'];
export type LevelRulesPreview = Schemas['LevelRulesPreview'];
export type LevelsChange = Schemas['LevelsChange'];
export type Worklist = Schemas['WorklistPage'];
export type WorklistCase = Schemas['WorklistCase'];
export type CaseDecision = Schemas['CaseDecision'];
export type CaseState = Schemas['WorklistState'];
export type Verdict = Schemas['Verdict'];
export type Classes = Schemas['Classes'];
export type ClassSum = Schemas['ClassSum'];
export type Destroyer = Schemas['Destroyer'];
export type CaseReason = Schemas['CaseReason'];
export type BargainKind = Schemas['BargainKind'];
export type Migrations = Schemas['Migrations'];
export type MigrationCell = Schemas['MigrationCell'];
export type MigrationOf = Schemas['MigrationOf'];

export type View = Schemas['View'];
export type ViewDraft = Schemas['NewView'];
export type ViewQuery = Schemas['ViewQuery'];

export type Job = Schemas['Job'];
export type JobState = Schemas['JobState'];

export type Upload = Schemas['Upload'];
export type Guess = Schemas['Guess'];
export type Mapping = Schemas['Mapping'];
export type Format = Schemas['Format'];
export type ColumnGuess = Schemas['ColumnGuess'];
export type Target = Schemas['MappingTarget'];
export type Check = Schemas['Check'];
export type CheckedRow = Schemas['CheckedRow'];
export type CheckProblem = Schemas['RowProblem'];
export type EntryPart = Schemas['EntryPart'];
export type Import = Schemas['Import'];
export type ImportCounts = Schemas['ImportCounts'];
export type RejectionCause = Schemas['RejectionCause'];
export type NewImport = Schemas['NewImport'];

/** What is asked of the list: which customers, in which order. */
export type CustomerQuery = Pick<
  NonNullable<paths['/api/customers']['get']['parameters']['query']>,
  'filter' | 'q' | 'sort'
>;

/** What an import's job says when it is done. The document leaves results open, since each kind has its own. */
export interface ImportResult extends ImportCounts {
  import?: number | null;
  rejections?: RejectionCause[] | null;
}
